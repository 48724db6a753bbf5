import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import type { Html } from '../text.ts';
import { duration } from '../time.ts';

/** `signIn` is where somebody goes whom the wrong codes of others hold up. */
export type DeviceCodeProblem =
  | { kind: 'not_a_code' | 'unknown' }
  | { kind: 'throttled'; retryAfterSeconds: number; signIn: string | undefined };

/** Asks for the code that a device shows. Posts `csrf` and `user_code` to `/device`. */
export function deviceCodePage(props: { csrf: string; typed?: string; problem?: DeviceCodeProblem }): string {
  const { problem } = props;
  const words = m().device;
  const state = problem
    ? html` aria-describedby="problem code-hint"${problem.kind !== 'throttled' && html` aria-invalid="true"`}`
    : html` aria-describedby="code-hint"`;
  return layout({
    title: `${words.title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep"><h1>${words.heading}</h1><p>${words.lead}</p></div></div>
  <div class="what"><form method="post" action="/device"><input type="hidden" name="csrf" value="${props.csrf}">
      ${problem && problemNote(problem)}
      <p class="field"><label for="user_code">${words.label}</label><input class="code" id="user_code" name="user_code" inputmode="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" placeholder="WDJB-MJHT" value="${props.typed ?? ''}"${state} autofocus required><span class="hint" id="code-hint">${words.hint}</span></p>
      <p class="field"><button class="btn solid wide">${words.go}</button></p></form>
    ${note({ kind: 'warn', icon: icons.warning, what: words.sent, todo: words.sentTodo })}</div>
</main>`,
  });
}

function problemNote(problem: DeviceCodeProblem): Html {
  const words = m().device;
  const common = { role: 'alert', id: 'problem' } as const;
  if (problem.kind === 'throttled') {
    const { retryAfterSeconds, signIn } = problem;
    const wait = words.wait(duration(retryAfterSeconds));
    const link = (text: string): Html => html`<a href="${signIn ?? ''}">${text}</a>`;
    const todo = signIn === undefined ? wait : html`${wait} ${words.orSignIn(link)}`;
    return note({ ...common, kind: 'warn', icon: icons.warning, what: words.tooMany, todo });
  }
  const [what, todo] =
    problem.kind === 'unknown' ? [words.unknown, words.unknownTodo] : [words.notACode, words.notACodeTodo];
  return note({ ...common, kind: 'bad', icon: icons.wrong, what, todo });
}
