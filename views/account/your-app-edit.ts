import { html } from 'hono/html';
import { type Change, changeTable } from '../admin/clients/review.ts';
import { areaField, type Problems, textField } from '../admin/fields.ts';
import * as icons from '../icons.ts';
import { note } from '../note.ts';
import type { Html } from '../text.ts';
import { plural } from '../time.ts';
import { type OwnFrame, ownLayout } from './your-app.ts';

/** What the owner typed; lists have one item per line. */
export type OwnFormValues = Record<
  | 'client_name'
  | 'description'
  | 'owner_name'
  | 'client_uri'
  | 'policy_uri'
  | 'tos_uri'
  | 'contacts'
  | 'redirect_uris'
  | 'post_logout_redirect_uris'
  | 'allowed_origins',
  string
>;

/** The form with everything that an owner may change. Changes are compared before they are saved. */
export function yourAppEditPage(
  props: OwnFrame & {
    values: OwnFormValues;
    problems: Problems;
    asOf: string;
    verified: boolean;
    /** Whether people sign in to the app. */
    interactive: boolean;
    /** Whether somebody else changed the app after the form was opened. */
    overtaken?: boolean;
  },
): string {
  const { head, values, problems } = props;
  const wrong = Object.keys(problems).length;
  const text = (name: keyof OwnFormValues, label: string, hint?: string) =>
    textField({ name, label, value: values[name], problem: problems[name], ...(hint && { hint }) });
  const area = (name: keyof OwnFormValues, label: string, hint: string, rows = 2) =>
    areaField({ name, label, value: values[name], problem: problems[name], hint, rows });
  return ownLayout(props, {
    title: 'Edit',
    tab: '/edit',
    content: html`${wrong > 0 && problemsNote(wrong)}${props.overtaken && overtakenNote}${props.verified && reviewNote}
<form method="post" action="${head.path}/edit"><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="as_of" value="${props.asOf}">
<div class="panel">
  <section class="setting"><header><h2>What people read</h2><p>On the page that asks them, and under Connected apps.</p></header><div>
    ${text('client_name', 'Name')}
    ${text('description', 'What it is for', 'One sentence: what it does with people’s projects.')}
    ${text('owner_name', 'Run by', 'A company or a person.')}
    ${text('client_uri', 'Homepage')}
    ${text('policy_uri', 'Privacy policy')}
    ${text('tos_uri', 'Terms')}
    ${area('contacts', 'Contacts', 'Email addresses, one a line. VibeCaaS writes there.')}
  </div></section>
  ${
    props.interactive &&
    html`<section class="setting"><header><h2>Where it may send people</h2><p>Compared character by character. https, or http on localhost.</p></header><div>
    ${area('redirect_uris', 'Redirect addresses', 'One a line, at most 20.', 3)}
    ${area('post_logout_redirect_uris', 'After signing out', 'One a line.')}
    ${area('allowed_origins', 'Further origins of its scripts', 'One a line, such as capacitor://localhost. Those of the redirect addresses are allowed anyway.')}
  </div></section>`
  }
  <div class="row"><button class="btn solid">Compare before saving</button><a class="btn" href="${head.path}">Leave it</a></div>
</div></form>
<p class="small quiet">Permissions, the kind of app and how it authenticates are changed by VibeCaaS.</p>`,
  });
}

/** Shows the changes before they are saved. `kept` is the submitted form; `step` says how to go on with it. */
export function yourAppComparePage(
  props: OwnFrame & { changes: Change[]; reopens: boolean; kept: [string, string][] },
): string {
  const { head, changes, reopens, kept } = props;
  return ownLayout(props, {
    title: 'Compare',
    tab: '/edit',
    content: html`<section class="title"><h2>Save these changes?</h2></section>
${reopens && reopensNote}
${changeTable(changes)}
<form method="post" action="${head.path}/edit" class="row"><input type="hidden" name="csrf" value="${props.csrf}">${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button class="btn" name="step" value="edit">Go on editing</button><button class="btn solid" name="step" value="save">Save</button></form>`,
  });
}

function problemsNote(n: number): Html {
  const what = `${plural(n, 'field')} ${n === 1 ? 'is' : 'are'} not right yet.`;
  const todo = 'Nothing was saved. What you typed is still here.';
  return note({ kind: 'bad', icon: icons.wrong, what, todo, role: 'alert' });
}

const overtakenNote = note({
  kind: 'warn',
  icon: icons.warning,
  what: 'The app was changed by somebody else while you were editing.',
  todo: 'Nothing was saved, and what you typed is below. Compare it with the overview, then send it again.',
  role: 'alert',
});

const reviewNote = note({
  kind: 'warn',
  icon: icons.clock,
  what: 'The app is verified.',
  todo: 'Changing its name, description, owner, web addresses or redirect addresses puts it back in review.',
});

const reopensNote = note({
  kind: 'warn',
  icon: icons.clock,
  what: 'This puts the app back in review.',
  todo: 'Until somebody has checked it again, people see “In review” in place of “Verified”.',
  role: 'status',
});
