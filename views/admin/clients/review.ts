import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { breakable, type Html } from '../../text.ts';
import { type AdminFrame, adminLayout, form, hidden } from '../layout.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

const words = () => m().adminClientForm;

/** One field that would change; lists have one string per item. */
export type Change = { label: string; before: string[]; after: string[] };

/** Shows the changes before they are saved. `kept` is the submitted form; `step` says how to go on with it. */
export function clientComparePage(props: {
  frame: AdminFrame;
  subject: ClientSubject;
  changes: Change[];
  /** Consequences and warnings. */
  notes: Html[];
  kept: [string, string][];
}): string {
  const { subject } = props;
  const action = `${clientPath(subject.clientId)}/edit`;
  return adminLayout({
    frame: props.frame,
    title: words().title(subject.name),
    tab: 'clients',
    subject: clientHead(subject, 'overview'),
    content: html`<section class="title"><h2>${words().question}</h2></section>${props.notes}
${changeTable(props.changes)}
${form({
  csrf: props.frame.csrf,
  action,
  kind: 'row',
  content: html`${props.kept.map(([field, value]) => hidden(field, value))}<button class="btn solid" name="step" value="save">${words().save}</button><button class="btn" name="step" value="edit">${words().goOn}</button>`,
})}`,
  });
}

/** Each field with its value now and its new value. */
export const changeTable = (changes: readonly Change[]): Html =>
  html`<div class="panel"><div class="table"><table class="compare">
    <caption class="vh">${m().lists.changes}</caption>
    <thead><tr><th scope="col">${m().lists.field}</th><th scope="col">${m().lists.now}</th><th scope="col">${m().lists.afterwards}</th></tr></thead>
    <tbody>${changes.map(changeRow)}</tbody>
  </table></div></div>`;

export function changeRow({ label, before, after }: Change): Html {
  return html`
      <tr><th scope="row">${label}</th><td>${values(before, after, '−')}</td><td>${values(after, before, '+')}</td></tr>`;
}

/** A sign marks what only one side has: colour alone is not enough. */
function values(own: string[], other: string[], sign: string): Html {
  if (own.length === 0) return html`<span class="quiet">${m().lists.noValue}</span>`;
  return html`${own.map((value, i) => {
    const lead = i > 0 && html`<br>`;
    if (other.includes(value)) return html`${lead}<span class="quiet"><bdi>${breakable(value)}</bdi></span>`;
    return html`${lead}<b class="${sign === '+' ? 'ok' : 'no'}">${sign} <bdi>${breakable(value)}</bdi></b>`;
  })}`;
}
