import { html } from 'hono/html';
import { address } from '../../host.ts';
import { m } from '../../messages/index.ts';
import { type Html, name } from '../../text.ts';
import { clientPath } from './head.ts';

/** What an admin has decided in one field, and what the client says there itself. */
export type DecisionDetail = {
  field: string;
  label: string;
  holds: readonly string[];
  own: readonly string[];
  isAddress: boolean;
};

/** A section of the overview of a client that describes itself. “Give back” posts the field and `csrf`. */
export function decisionsSection(clientId: string, decisions: readonly DecisionDetail[], csrf: string): Html {
  const words = m().clientDocuments.decided;
  return html`<section class="setting" aria-labelledby="decided"><header><h2 id="decided">${words.title}</h2><p>${words.lead}</p></header>
    <div>${decisions.map(
      (
        one,
        i,
      ) => html`<div${i > 0 && html` class="field"`}><dl class="receipt"><dt id="decided-${i}">${one.label}</dt><dd>${lines(one, one.holds)}</dd><dt class="quiet">${words.itself}</dt><dd class="quiet">${lines(one, one.own)}</dd></dl></div>
    <form class="field" method="post" action="${clientPath(clientId)}/give-back"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="field" value="${one.field}"><button class="btn less" aria-describedby="decided-${i}">${words.giveBack}</button></form>`,
    )}</div></section>`;
}

const lines = ({ isAddress }: DecisionDetail, values: readonly string[]): Html =>
  values.length === 0
    ? html`${m().clientDocuments.decided.none}`
    : html`${values.map((value, i) => html`${i > 0 && html`<br>`}${isAddress ? address(value) : name(value)}`)}`;
