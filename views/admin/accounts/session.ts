import { html } from 'hono/html';
import { type Browser, browserName } from '../../browser.ts';
import { m } from '../../messages/index.ts';
import { type Html, name, plain } from '../../text.ts';
import { ago } from '../../time.ts';

const words = () => m().adminAccounts.one;

export type SessionRow = { id: string; browser?: Browser; address?: string; signedIn?: Date; lastSeen: Date };

/** The browser of a session, and when it was last seen. */
export function sessionSeen({ browser, lastSeen }: SessionRow, now: Date): Html {
  if (!browser) return html`${words().seen(ago(lastSeen, now))}`;
  return words().seenIn(html`<b>${name(browserName(browser))}</b>`, ago(lastSeen, now));
}

/** When and where somebody signed in. Empty if it is not known. */
export function sessionBegan({ signedIn, address }: SessionRow, now: Date): Html {
  return html`${signedIn && words().signedIn(ago(signedIn, now))}${address && html` · <span class="mono">${plain(address)}</span>`}`;
}
