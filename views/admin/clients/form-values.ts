import type { ClientType } from './states.ts';

/** What stands in the form. */
export type ClientFormValues = {
  /** By field, as it was typed: lists with an entry a line, JSON as text. */
  texts: Readonly<Record<string, string>>;
  scope: string[];
  optional_scope: string[];
  default_scope: string[];
  first_party: boolean;
  client_credentials: boolean;
};

/** One control of the form. Words of `hint` in backticks are code. */
export type ClientFormField = {
  name: string;
  label: string;
  hint?: string;
  control: 'line' | 'lines' | 'json' | 'choice';
  section: 'identity' | 'addresses' | 'authentication';
  /** Its number among the questions of a registration; the others are folded. */
  question?: number;
  /** The values of a `choice`. */
  choices?: readonly string[];
};

/** What a client may be. `type` is chosen once: a new client is asked for it, and anything that some type may be is offered. */
export type ClientFormRules = {
  type?: ClientType | undefined;
  fields: readonly ClientFormField[];
  /** People sign in to it. */
  interactive: boolean;
  scopes: string[];
  /** Scopes of the admin API, offered apart. */
  adminScopes: string[];
  actsForItself: boolean;
};
