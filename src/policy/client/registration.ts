/** From what somebody says of a client to a complete registration, or to everything that is wrong with it. */
import { AppError } from '../../errors.ts';
import { problemWords } from '../problem-words.ts';
import { strictRules } from '../webhook-urls.ts';
import { type Circumstances, checkFields } from './checks.ts';
import {
  type ClientInput,
  type ClientMetadata,
  clientFields,
  type FieldName,
  fieldNames,
  type Problems,
} from './schema.ts';
import { clientTypes } from './types.ts';

/**
 * `byItself`: the client came by itself (see self-registration.ts), and some rules are wider. `outbound`: where this server may
 * send requests.
 * @throws AppError invalid, its details naming each field and what is wrong with it
 */
export function completeClient(
  input: ClientInput,
  { byItself = false, outbound = strictRules }: Partial<Circumstances> = {},
): ClientMetadata {
  const problems: Problems = {};
  const given = readFields(input, problems);
  const client = { ...defaultsOf(given), ...given };
  checkFields(client, problems, { byItself, outbound });
  const fields = Object.keys(problems);
  if (fields.length > 0) {
    const list = fields.map((field) => `${field} ${problems[field]}`);
    throw new AppError('invalid', `This client can’t be registered: ${list.join('; ')}`, problems);
  }
  return client;
}

/** What a stored client is registered as, to be changed in part. */
export function registrationOf(client: Readonly<Record<FieldName, unknown>>): ClientInput {
  return Object.fromEntries(fieldNames.map((name) => [name, client[name]])) as ClientInput;
}

/** Returns what has the right form, in its one spelling, and adds the rest to `problems`. */
function readFields(input: object, problems: Problems): Partial<ClientMetadata> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    if (!Object.hasOwn(clientFields, name)) {
      if (value !== undefined && value !== null) problems[name] = 'is not a field that we know';
      continue;
    }
    if (isAbsent(name, value)) continue;
    const { success, data, error } = clientFields[name as FieldName].schema.safeParse(value);
    if (success) fields[name] = data;
    else problems[name] = problemOf(error.issues[0]);
  }
  return fields;
}

/** Forms send empty fields. An empty scope means none; every other empty text is absent. */
function isAbsent(name: string, value: unknown): boolean {
  const empty = typeof value === 'string' && value.trim() === '';
  return value === undefined || value === null || (empty && !name.endsWith('scope') && name !== 'client_name');
}

function problemOf(issue: Parameters<typeof problemWords>[0] | undefined): string {
  if (!issue) return 'is not allowed';
  const where = issue.path.map((step) => (typeof step === 'number' ? `entry ${step + 1}` : String(step)));
  return [...where, problemWords(issue)].join(' ');
}

/** The safe default of every field, for the type and the kind of client that `given` names. */
function defaultsOf(given: Partial<ClientMetadata>): ClientMetadata {
  const rules = clientTypes[given.type ?? 'web'];
  const isGateway = Boolean(given.gateway_resource);
  const values = fieldNames.map((name) => {
    const { initial, schema } = clientFields[name];
    return [name, initial ? initial(rules, isGateway) : empties.find((value) => schema.safeParse(value).success)];
  });
  return Object.fromEntries(values) as ClientMetadata;
}

const empties = [null, [], false, ''];
