import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { type Html, plain } from '../text.ts';

type Kind = 'verify' | 'change' | 'undo';

const paths: Readonly<Record<Kind, string>> = { verify: '/verify', change: '/address', undo: '/undo' };

/**
 * Asks for a yes, because opening a link must change nothing. Posts `csrf`. `address` is the mailbox of the link, `email`
 * the present address of the account.
 */
export function linkConfirmPage(props: { kind: Kind; csrf: string; address: string; email: string }): string {
  const { kind, csrf, address, email } = props;
  const { title, lead, what, button } = m().links.confirm[kind];
  return sheet(
    title,
    html`<p>${lead(plain(address), plain(email))}</p>`,
    html`<form method="post" action="${paths[kind]}"><input type="hidden" name="csrf" value="${csrf}"><p>${what}</p>
      <p class="field"><button class="btn solid wide">${button}</button></p></form>`,
  );
}

export function linkDonePage({ kind, email }: { kind: Kind; email: string }): string {
  const { title, what, todo, go } = m().links.done[kind];
  const href = kind === 'undo' ? '/sign-in' : '/account/security';
  return sheet(
    title,
    html`<p>${m().links.done.for(plain(email))}</p>`,
    html`${note({ kind: 'good', icon: icons.tick, what, todo, role: 'status' })}
    <p class="field"><a class="btn solid wide" href="${href}">${go}</a></p>`,
  );
}

/** The address has an account of its own. */
export function linkTakenPage(): string {
  const { title, lead, what, go } = m().links.taken;
  return sheet(
    title,
    html`<p>${lead}</p>`,
    html`<p>${what}</p><p class="field"><a class="btn solid wide" href="/sign-in">${go}</a></p>`,
  );
}

function sheet(title: string, said: Html, content: Html): string {
  return layout({
    title: `${title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep"><h1>${title}</h1>${said}</div></div>
  <div class="what">${content}</div>
</main>`,
  });
}
