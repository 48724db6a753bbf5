/**
 * What a finished sign-in leaves, as a part of the statement that finishes it: the event in the audit log and, if nobody had
 * signed in to the account in this browser before, a mail that tells its person. The first sign-in of an account
 * surprises nobody, and is not told. An account from before the beginning of the log may have had one.
 */
import type { Amr } from '../policy/assurance.ts';
import type { MailFacts } from '../policy/mails.ts';
import type { Parameters } from './parameters.ts';

/** Where a sign-in comes from. */
export interface SignInSource {
  readonly requestId?: string | undefined;
  readonly ip: string;
  readonly browser?: string | undefined;
  readonly system?: string | undefined;
  /** The passkey that was used. */
  readonly passkey?: string | undefined;
  /** The language of the page. Mails to people who have chosen none are in the language of their last sign-in. */
  readonly language?: string | undefined;
  /** Set if nobody has signed in to the account in this browser: the app that asks. */
  readonly newBrowser?: { readonly app?: string | undefined; readonly userAgent?: string | undefined } | undefined;
}

/** Expressions for the columns of a row that exists if the sign-in has succeeded. `account` is the parameter with its id. */
export function signedInSql(
  { add }: Parameters,
  account: string,
  source: SignInSource,
  methods: readonly Amr[],
): string {
  const { requestId, ip, browser, system, language, passkey, newBrowser } = source;
  const details = JSON.stringify({ ip, browser, system, language, methods, passkey });
  const event = `append_audit('account:' || ${account}, 'account.signed_in', 'account:' || ${account}, ${add(details)}::jsonb,
      ${add(requestId ?? null)})`;
  if (!newBrowser) return event;
  // This event is not among those that the statement sees.
  return `${event},
    (SELECT queue_mail('new_browser', a.email, a.id, ${add(factsOf(source, methods))}::jsonb, ${add(language ?? null)}, NULL, NULL)
      FROM accounts a WHERE a.id = ${account} AND (EXISTS (SELECT FROM audit_events e
        WHERE e.target = 'account:' || ${account} AND e.action = 'account.signed_in')
        OR a.created_at <= (SELECT events_before FROM audit_anchor)))`;
}

/** The part of a name that tells what the statement leaves. */
export const signedInName = ({ newBrowser }: SignInSource): string => (newBrowser ? '-told' : '');

function factsOf({ ip, newBrowser }: SignInSource, methods: readonly Amr[]): string {
  const facts: MailFacts['new_browser'] = {
    at: new Date().toISOString(),
    ip,
    userAgent: newBrowser?.userAgent,
    how: methods,
    app: newBrowser?.app,
  };
  return JSON.stringify(facts);
}
