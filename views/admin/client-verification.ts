import { html } from 'hono/html';
import { type Html, name } from '../text.ts';
import { day } from '../time.ts';
import type { ClientState } from './client-states.ts';
import { textField } from './fields.ts';
import { form } from './layout.ts';

/** That somebody checked the client, or took that back; newest first. */
export type VerificationEvent = { verified: boolean; by: string; at: Date; reason?: string };

/** Who checked it and why, and the form that adds to that. */
export function verificationSection(props: {
  csrf: string;
  path: string;
  state: ClientState;
  events: VerificationEvent[];
  problem?: string | undefined;
}): Html {
  const verified = props.state === 'verified';
  const [action, button, hint] = verified
    ? ['unverify', 'Take the verification back', 'Why it does not count any more.']
    : ['verify', 'Verify', 'What you checked: who runs it, and that the address is theirs.'];
  return html`<section class="setting" aria-labelledby="ver"><header><h2 id="ver">Verification</h2><p>Means who runs it and that its address is theirs, not that it is good.</p></header>
    <div class="stack">
      ${props.events.length > 0 && html`<ul class="lines">${props.events.map(line)}</ul>`}
      <p class="small quiet">A changed redirect URI takes the verification back.</p>
      ${
        props.state !== 'disabled' &&
        form({
          csrf: props.csrf,
          action: `${props.path}/${action}`,
          kind: 'narrow',
          content: html`${textField({ name: 'reason_verify', label: 'Reason, for the record', hint, problem: props.problem, required: true })}
      <p class="field"><button class="btn less">${button}</button></p>`,
        })
      }
    </div></section>`;
}

function line({ verified, by, at, reason }: VerificationEvent): Html {
  return html`<li><div><p><b>${verified ? 'Verified' : 'Taken back'}</b> by ${name(by)}</p>${reason && html`<p>${name(reason)}</p>`}</div>${day(at)}</li>`;
}
