/**
 * What the audit log keeps of exchanges: services exchange tokens of people (RFC 8693), and organisations let apps in (ID-JAG), while
 * nobody is there. That is told once a day for each client, person and kind, since services do it with every request.
 */

/** An exchange that issued a token. */
export interface HandedOn {
  readonly action: 'token.exchanged' | 'token.asserted';
  readonly accountId: string;
  /** Beside the account: the app whose token it was or the issuer of the organisation, and the resource. */
  readonly details: {
    readonly app?: string;
    readonly organisation?: string;
    readonly resource: string;
    readonly scope: string;
  };
}

/** What is told once: it says in whose name and with whose access the client acted, at which resource. */
export function exchangeKey({ action, accountId, details }: HandedOn, clientId: string, day: string): string {
  const { app = '', organisation = '', resource } = details;
  return JSON.stringify([day, action, clientId, accountId, app, organisation, resource]);
}
