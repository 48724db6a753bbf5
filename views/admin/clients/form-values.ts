import type { ClientType } from './states.ts';

/** The values in the form. */
export type ClientFormValues = {
  /** The values by field, as typed: lists with one item per line, JSON as text, `yes` or nothing for a checkbox. */
  texts: Readonly<Record<string, string>>;
  scope: string[];
  optional_scope: string[];
  default_scope: string[];
  first_party: boolean;
  client_credentials: boolean;
  device_code: boolean;
};

/** One control of the form. Words between backticks in `hint` are code. */
export type ClientFormField = {
  name: string;
  label: string;
  hint?: string;
  control: 'line' | 'lines' | 'json' | 'number' | 'choice' | 'check';
  section: 'identity' | 'addresses' | 'authentication';
  /** Its number among the questions of a registration; fields without one are in the fold. */
  question?: number;
  /** The values of a `choice`. */
  choices?: readonly string[];
};

/** What a client may be. `type` is chosen once. Without it (a new client) the form offers what any type allows. */
export type ClientFormRules = {
  type?: ClientType | undefined;
  fields: readonly ClientFormField[];
  /** Whether people sign in to it. */
  interactive: boolean;
  scopes: string[];
  /** Scopes of the admin API, offered apart. */
  adminScopes: string[];
  actsForItself: boolean;
  /** Whether people may connect it by the code of a device. */
  asksByDevice: boolean;
};
