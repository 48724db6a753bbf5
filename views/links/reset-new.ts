import { html } from 'hono/html';
import { layout } from '../layout.ts';
import { plain } from '../text.ts';
import { texts } from './texts.ts';

/** Sets a new password. Posts `csrf` and `new_password` to `/reset/new`. `wrong` says what is wrong with the one that was sent. */
export function resetNewPage(props: { csrf: string; email: string; wrong?: string }): string {
  const { title, effect, label, hint, helps, tips, submit, ...words } = texts.newPassword;
  const problem =
    props.wrong !== undefined &&
    html`<span class="hint no" id="new-password-problem" role="alert">${words.wrong(props.wrong)}</span>`;
  const state = props.wrong !== undefined && html` aria-invalid="true" autofocus`;
  return layout({
    title: `${title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep"><h1>${title}</h1><p>${words.for(plain(props.email))}</p><p>${effect}</p></div></div>
  <div class="what"><form method="post" action="/reset/new"><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="username" autocomplete="username" value="${props.email}">
      <p class="field"><label for="new_password">${label}</label><input id="new_password" name="new_password" type="password" autocomplete="new-password" required aria-describedby="${props.wrong !== undefined && 'new-password-problem '}new-password-hint"${state}>
        ${problem}<span class="hint" id="new-password-hint">${hint}</span></p>
      <div class="field"><p class="label">${helps}</p><ul class="tips">${tips.map((tip) => html`<li>${tip}</li>`)}</ul></div>
      <p class="field"><button class="btn solid wide">${submit}</button></p></form></div>
</main>`,
  });
}
