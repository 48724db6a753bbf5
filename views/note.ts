import { html } from 'hono/html';
import type { Html } from './text.ts';

/** A message: what happened in bold, then what to do. `role` makes a screen reader say it; `id` lets a field point to it. */
export function note(props: {
  /** Plain without one. */
  kind?: 'good' | 'warn' | 'bad';
  icon: Html;
  what: Html | string;
  todo?: Html | string;
  role?: 'alert' | 'status';
  id?: string;
}): Html {
  const role = props.role && html` role="${props.role}"`;
  const kind = props.kind ? ` ${props.kind}` : '';
  const id = props.id && html` id="${props.id}"`;
  return html`<div class="note${kind}"${role}${id}>${props.icon}<div><b>${props.what}</b>${props.todo && html` ${props.todo}`}</div></div>`;
}
