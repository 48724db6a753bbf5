/** What a reviewer needs before they can look at a client, and what they will ask about. Pure. */
import { parseScope } from '../scopes.ts';
import { type FieldName, fieldsWhere } from './schema.ts';
import { type ClientType, clientTypes } from './types.ts';

type Registered = Readonly<Record<FieldName, unknown>> & {
  readonly type: ClientType;
  readonly scope: string;
  readonly optional_scope: string;
};

/** A fact that a review starts from. */
export interface ReviewFact {
  readonly name: FieldName;
  readonly given: boolean;
}

/** Every fact that applies to the client, and whether it is there. */
export function reviewFacts(client: Registered): ReviewFact[] {
  const { interactive } = clientTypes[client.type];
  return fieldsWhere(({ needed }) => needed === 'always' || (interactive && needed === 'interactive')).map((name) => ({
    name,
    given: isGiven(client[name]),
  }));
}

const isGiven = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

/** Scopes that change things or cost money and that people can't leave out: a reviewer asks why. A service asks nobody. */
export function demandedScopes({ type, scope, optional_scope: optional }: Registered): string[] {
  if (!clientTypes[type].interactive) return [];
  const left = parseScope(optional);
  return parseScope(scope).filter((one) => /:(write|generate)$/.test(one) && !left.includes(one));
}
