import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { note } from '../note.ts';
import { type Html, name } from '../text.ts';
import { duration } from '../time.ts';
import { form, hidden } from './layout.ts';

export type ConfirmProblem = { kind: 'mismatch' } | { kind: 'throttled'; retryAfterSeconds: number };

/**
 * Asks an admin for the password again. `carried` is the form that waits; it is sent on to `action` with
 * `confirm_password`.
 */
export function confirmPage(props: {
  csrf: string;
  email: string;
  action: string;
  carried: [string, string][];
  problem?: ConfirmProblem;
}): string {
  const state =
    props.problem &&
    html` aria-describedby="problem"${props.problem.kind === 'mismatch' && html` aria-invalid="true"`}`;
  return layout({
    title: 'Confirm it is you · VibeCaaS',
    area: 'admin',
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><h1>Confirm it is you</h1><p>You signed in as ${name(props.email)} more than 15 minutes ago. Changes need the password again; nothing you typed is lost.</p></div>
  <div class="what">
    ${form({
      csrf: props.csrf,
      action: props.action,
      content: html`${props.carried.map(([field, value]) => hidden(field, value))}
      ${props.problem && problemNote(props.problem)}
      <p class="field"><label for="confirm_password">Password</label><input id="confirm_password" name="confirm_password" type="password" autocomplete="current-password" required${state}></p>
      <p class="field"><button class="btn solid wide">Confirm and go on</button></p>`,
    })}
  </div>
</main>`,
  });
}

function problemNote(problem: ConfirmProblem): Html {
  const common = { role: 'alert', id: 'problem' } as const;
  if (problem.kind === 'mismatch') {
    return note({
      ...common,
      kind: 'bad',
      icon: icons.wrong,
      what: 'That is not your password.',
      todo: 'Nothing was changed.',
    });
  }
  const todo = `Wait ${duration(problem.retryAfterSeconds)}, then try again.`;
  return note({ ...common, kind: 'warn', icon: icons.warning, what: 'Too many tries.', todo });
}
