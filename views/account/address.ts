import { html } from 'hono/html';
import { textField } from '../admin/fields.ts';
import { m } from '../messages/index.ts';
import { type Html, name } from '../text.ts';

/** Why an address was not accepted. */
export type AddressProblem = 'shape' | 'same';

/**
 * The address of the account: whether it is confirmed, and a form to move to another one. Posts `csrf` to
 * `/account/security/address/verify`, and `csrf` and `email` to `/account/security/address`.
 */
export function addressSection(props: {
  csrf: string;
  email: string;
  verified: boolean;
  problem?: AddressProblem | undefined;
  typed?: string | undefined;
}): Html {
  const { csrf, email, verified, problem, typed } = props;
  const words = m().address;
  const state = verified
    ? html`<span class="tag good">${words.confirmed}</span>`
    : html`<span class="tag warn">${words.notConfirmed}</span>`;
  const verify =
    !verified &&
    html`<form method="post" action="/account/security/address/verify"><input type="hidden" name="csrf" value="${csrf}"><button class="btn less">${words.confirm}</button></form>`;
  const field = textField({
    name: 'email',
    label: words.next,
    type: 'email',
    autocomplete: 'email',
    hint: words.nextHint,
    required: true,
    ...(typed !== undefined && { value: typed }),
    ...(problem && { problem: words.problems[problem] }),
  });
  return html`<section class="setting" aria-labelledby="address"><header><h2 id="address">${words.heading}</h2><p>${words.lead}</p></header>
  <div class="stack"><ul class="lines" role="list"><li><div><p class="row"><b>${name(email)}</b> ${state}</p>${!verified && html`<p>${words.notConfirmedHint}</p>`}</div>${verify}</li></ul>
  <form method="post" action="/account/security/address" class="narrow"><input type="hidden" name="csrf" value="${csrf}">
    ${field}
    <p class="field"><button class="btn">${words.change}</button></p>
  </form></div></section>`;
}
