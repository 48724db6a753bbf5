import { html } from 'hono/html';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { name } from '../text.ts';

/** Asks for a link to set a new password. Posts `csrf` and `email` to `/reset`. `wrong`: what was typed is not an address. */
export function resetPage(props: { csrf: string; email?: string; wrong?: boolean }): string {
  const { title, lead, address, notAnAddress, send, back } = m().links.reset;
  const problem = props.wrong && html`<span class="hint no" id="email-problem" role="alert">${notAnAddress}</span>`;
  const state = props.wrong && html` aria-invalid="true" aria-describedby="email-problem" autofocus`;
  return layout({
    title: `${title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep"><h1>${title}</h1><p>${lead}</p></div></div>
  <div class="what"><form method="post" action="/reset"><input type="hidden" name="csrf" value="${props.csrf}">
      <p class="field"><label for="email">${address}</label><input id="email" name="email" type="email" autocomplete="username" inputmode="email" autocapitalize="none" spellcheck="false" required${props.email && html` value="${props.email}"`}${state}>${problem}</p>
      <p class="field"><button class="btn solid wide">${send}</button></p>
      <p class="field small"><a href="/sign-in">${back}</a></p></form></div>
</main>`,
  });
}

/** Says the same for every address. Posts `csrf` and `email` to `/reset` for another mail. */
export function resetSentPage(props: { csrf: string; email: string }): string {
  const { title, lead, nothing, tips, again, other, limits } = m().links.sent;
  return layout({
    title: `${title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep"><h1>${title}</h1><p>${lead(html`<b>${name(props.email)}</b>`)}</p></div></div>
  <div class="what"><h2>${nothing}</h2>
    <ul class="tips field">${tips.map((tip) => html`<li>${tip}</li>`)}</ul>
    <form method="post" action="/reset" class="field"><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="email" value="${props.email}"><div class="field"><p class="row"><button class="btn">${again}</button><a href="/reset">${other}</a></p></div><p class="small quiet field">${limits}</p></form></div>
</main>`,
  });
}
