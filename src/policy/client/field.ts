/** What the description of one field of a client says beside its schema. */

import { z } from 'zod';
import { problemText } from '../problem-texts.ts';
import type { AppLinkWords } from './read-fields.ts';
import { type ClientType, type ClientTypeRules, clientTypes } from './types.ts';

/** How a form asks for a field: a line of text, a list with one entry a line, JSON, a whole number, one of several choices, or a checkbox. */
type FieldControl = 'line' | 'lines' | 'json' | 'number' | 'choice' | 'check';

/** An option of `vcauth clients create` and `clients update`. */
export interface FieldFlag {
  /** Without the dashes. */
  readonly name: string;
  /** What help calls its value. */
  readonly value?: string;
  readonly doc: string;
  /** The value may be left out: it is the API then. */
  readonly valueOptional?: true;
  /** The option of `clients update` that takes the value back, where an empty value can't. */
  readonly negation?: { readonly name: string; readonly doc: string };
}

export interface ClientField {
  /** The form of a complete registration's value: type, length, spelling. */
  readonly schema: z.ZodType;
  /** Above its control, and beside its value. */
  readonly label: string;
  /** In a sentence: “a change of its …”. */
  readonly phrase: string;
  /** Below its control. Words in backticks are code. */
  readonly hint?: string;
  /** What the API's documentation adds to the schema. */
  readonly doc?: string;
  readonly flag?: FieldFlag;
  readonly control?: FieldControl;
  /** The section of a form; a field without one has a control of its own there. */
  readonly section?: 'identity' | 'addresses' | 'authentication';
  /** Its number among the questions that every registration answers; forms fold the others. */
  readonly question?: number;
  /** Whether a client of this type has the field; every type has it where this is missing. */
  readonly appliesTo?: (rules: ClientTypeRules) => boolean;
  /** The account that owns the client may change it, or only an admin. */
  readonly setBy: 'owner' | 'admin';
  /** `covered`: a change of a verified client reopens the review. `shown`: reviewers see the change. */
  readonly review: 'covered' | 'shown' | 'ignored';
  /** No review without it: of any client, or of one that people sign in to. */
  readonly needed?: 'always' | 'interactive';
  /** People read it on the consent page: the engine carries it there. */
  readonly read?: true;
  /** People find it as a link on the consent page of a verified app, in this row and by this text. */
  readonly link?: AppLinkWords;
  /** What is wrong with a value of its own accord, to be read on after the field's name. */
  readonly problem?: (value: never) => string | undefined;
  /** The value of a registration that does not name the field; null, an empty list, false or '' where this is missing. */
  readonly initial?: (rules: ClientTypeRules, isGateway: boolean) => unknown;
}

type Typed<Schema extends z.ZodType> = {
  readonly problem?: (value: NonNullable<z.output<Schema>>) => string | undefined;
  readonly initial?: (rules: ClientTypeRules, isGateway: boolean) => z.output<Schema>;
};

/** Ties `problem` and `initial` to the type of the schema. */
export function field<
  Schema extends z.ZodType,
  const Description extends Omit<ClientField, 'schema' | 'problem' | 'initial'>,
>(schema: Schema, description: Description & Typed<Schema>): Description & Typed<Schema> & { readonly schema: Schema } {
  return { ...description, schema };
}

export const text = (maxChars: number) => z.string().max(maxChars);
/** Without white space around it. */
export const trimmed = (maxChars: number) => text(maxChars).trim();
export const address = text(2000).nullable();
/** Every wrong value is told the same: what is expected. */
export const wholeNumber = (min: number, max: number) => {
  const error = problemText('wholeNumber', min, max);
  return z.number(error).int(error).min(min, error).max(max, error);
};
/** No entry stands in it twice. */
export const list = (maxEntries: number, maxChars: number) =>
  z
    .array(text(maxChars))
    .max(maxEntries)
    .overwrite((values) => [...new Set(values)]);

/** Whether a client of this type has the field. */
export function applies({ appliesTo }: ClientField, type: ClientType): boolean {
  return appliesTo?.(clientTypes[type]) ?? true;
}

/** For fields of clients that people sign in to. */
export const interactive = (rules: ClientTypeRules): boolean => rules.interactive;
