/** The format of the tables that describe failures and give advice. `code` is put in backticks. */

export interface Failure {
  /** The endpoint, if the advice depends on it. */
  readonly endpoint?: string;
  /** The OAuth error. */
  readonly error: string;
  /** The error_description that was sent to the client; `detail` is what only the log contains. */
  readonly description?: string | null;
  readonly detail?: string | null;
  readonly parameters?: Readonly<Record<string, string | null>>;
}

/** The part of a registration that advice uses. */
export interface FailedClient {
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly token_endpoint_auth_method: string;
  readonly scope: string;
  readonly status: string;
}

export type Text = string | ((failure: Failure, client?: FailedClient) => string);
/** The first row counts whose `error` is equal and whose `matches` fits the description and detail. */
export type Row = readonly [error: string, matches: RegExp | undefined, wrong: Text, fix: Text];

/** Returns description and detail of a failure as a sentence. */
export function sentence({ description, detail }: Failure): string {
  const text = [...new Set([description, detail].filter(Boolean))].join(': ').replaceAll('`', '');
  if (text === '') return 'The request does not follow the protocol.';
  return `${text[0]?.toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`;
}

export const registered = (client: FailedClient | undefined): string =>
  client && client.redirect_uris.length > 0 ? ` Registered: ${client.redirect_uris.map(code).join(', ')}.` : '';

export const code = (text: string): string => `\`${text.replaceAll('`', '')}\``;
