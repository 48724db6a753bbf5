/** How one failure of a request is told from others, and what is said about it. `code` stands between backticks. */

export interface Failure {
  /** Where, if the advice depends on it. */
  readonly endpoint?: string;
  /** The OAuth error. */
  readonly error: string;
  /** What the client was told, and what only the log was. */
  readonly description?: string | null;
  readonly detail?: string | null;
  readonly parameters?: Readonly<Record<string, string | null>>;
}

/** The registration, as far as it helps. */
export interface FailedClient {
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly token_endpoint_auth_method: string;
  readonly scope: string;
  readonly status: string;
}

export type Say = string | ((failure: Failure, client?: FailedClient) => string);
export type Row = readonly [error: string, says: RegExp | undefined, wrong: Say, fix: Say];

/** What the client was told, as a sentence; with what it was not told. */
export function sentence({ description, detail }: Failure): string {
  const said = [description, detail].filter(Boolean).join(': ').replaceAll('`', '');
  if (said === '') return 'The request does not follow the protocol.';
  return `${said[0]?.toUpperCase()}${said.slice(1)}${/[.!?…]$/.test(said) ? '' : '.'}`;
}

export const registered = (client: FailedClient | undefined): string =>
  client && client.redirect_uris.length > 0 ? ` Registered: ${client.redirect_uris.map(code).join(', ')}.` : '';

export const code = (text: string): string => `\`${text.replaceAll('`', '')}\``;
