import { html } from 'hono/html';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { type Html, name } from '../text.ts';

/** Asks for a link to make an account. Posts `csrf` and `email` to `/register`. `wrong`: what was typed is not an address. */
export function registerPage(props: { csrf: string; back: string; wrong?: string }): string {
  const { title, lead, address } = m().registration.start;
  const { notAnAddress, send, back } = m().links.reset;
  const wrong = props.wrong !== undefined;
  const problem = wrong && html`<span class="hint no" id="email-problem" role="alert">${notAnAddress}</span>`;
  const state = wrong && html` aria-invalid="true" aria-describedby="email-problem" autofocus`;
  return sheet(
    title,
    html`<p>${lead}</p>`,
    html`<form method="post" action="/register"><input type="hidden" name="csrf" value="${props.csrf}">
      <p class="field"><label for="email">${address}</label><input id="email" name="email" type="email" autocomplete="email" inputmode="email" autocapitalize="none" spellcheck="false" required${props.wrong && html` value="${props.wrong}"`}${state}>${problem}</p>
      <p class="field"><button class="btn solid wide">${send}</button></p>
      <p class="field small"><a href="${props.back}">${back}</a></p></form>`,
  );
}

/** Says the same for every address. Posts `csrf` and `email` to `/register` for another mail. */
export function registerSentPage(props: { csrf: string; email: string }): string {
  const { title, nothing, tips, again, other, limits } = m().links.sent;
  return sheet(
    title,
    html`<p>${m().registration.sent(html`<b>${name(props.email)}</b>`)}</p>`,
    html`<h2>${nothing}</h2>
    <ul class="tips field">${tips.map((tip) => html`<li>${tip}</li>`)}</ul>
    <form method="post" action="/register" class="field"><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="email" value="${props.email}"><div class="field"><p class="row"><button class="btn">${again}</button><a href="/register">${other}</a></p></div><p class="small quiet field">${limits}</p></form>`,
  );
}

/** This server lets nobody make an account by themselves, or by this link. */
export function registrationClosedPage(): string {
  const { title, lead, what } = m().registration.closed;
  return sheet(
    title,
    html`<p>${lead}</p>`,
    html`<p>${what}</p><p class="field"><a class="btn solid wide" href="/sign-in">${m().signIn.submit}</a></p>`,
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
