import { html } from 'hono/html';
import { type Html, name, plain } from '../text.ts';
import { textField } from './fields.ts';
import { form } from './layout.ts';

/** What ends a client, the final act last. */
export function stopPanel(props: {
  csrf: string;
  path: string;
  name: string;
  disabled: boolean;
  people: string;
  problems: Readonly<Record<string, string>>;
  typed: Readonly<Record<string, string>>;
}): Html {
  return html`<section class="panel grave" aria-labelledby="danger">
  <div><h2 id="danger">Stop this client</h2></div>
  ${props.disabled ? enable(props) : disable(props)}
  <div class="setting"><header><h3>Delete</h3><p>Removes the client, its secrets and all consents. This cannot be undone.</p></header>
    ${form({
      csrf: props.csrf,
      action: `${props.path}/delete`,
      kind: 'narrow',
      content: html`<p class="small">Its name is <code><bdi>${plain(props.name)}</bdi></code></p>${textField({ name: 'confirm', label: 'Type the name to confirm', value: props.typed.confirm ?? '', problem: props.problems.confirm, required: true })}<p class="field"><button class="btn danger">Delete for good</button></p>`,
    })}</div>
</section>`;
}

function disable({ csrf, path, name: called, people, problems, typed }: Parameters<typeof stopPanel>[0]): Html {
  return html`<div class="setting"><header><h3>Suspend</h3><p>Ends every token at once (people: ${people}). Their consents stay, so that you can lift it.</p></header>
    ${form({
      csrf,
      action: `${path}/disable`,
      kind: 'narrow',
      content: html`${textField({ name: 'reason', label: 'Reason, for the record', value: typed.reason ?? '', problem: problems.reason, required: true })}<p class="field"><button class="btn danger"><span>Suspend ${name(called)}</span></button></p>`,
    })}</div>`;
}

function enable({ csrf, path }: Parameters<typeof stopPanel>[0]): Html {
  return html`<div class="setting"><header><h3>Suspended</h3><p>It can do nothing. Tokens from before stay ended when it works again.</p></header>
    ${form({ csrf, action: `${path}/enable`, content: html`<button class="btn">Lift the suspension</button>` })}</div>`;
}
