import { html } from 'hono/html';
import { clientField } from '../admin/clients/form-field.ts';
import type { ClientFormField } from '../admin/clients/form-values.ts';
import { type Change, changeTable } from '../admin/clients/review.ts';
import type { Problems } from '../admin/fields.ts';
import * as icons from '../icons.ts';
import { note } from '../note.ts';
import type { Html } from '../text.ts';
import { plural } from '../time.ts';
import { type OwnFrame, ownLayout } from './your-app.ts';

/** The form with everything that an owner may change. Changes are compared before they are saved. */
export function yourAppEditPage(
  props: OwnFrame & {
    fields: readonly ClientFormField[];
    /** The values as typed; lists have one item per line. */
    values: Readonly<Record<string, string>>;
    problems: Problems;
    asOf: string;
    verified: boolean;
    /** Whether somebody else changed the app after the form was opened. */
    overtaken?: boolean;
  },
): string {
  const { head, values, problems } = props;
  const wrong = Object.keys(problems).length;
  const places = props.fields.filter(({ section }) => section !== 'identity');
  const controls = (fields: readonly ClientFormField[]) =>
    fields.map((field) => clientField(field, { texts: values, problems }));
  return ownLayout(props, {
    title: 'Edit',
    tab: '/edit',
    content: html`${wrong > 0 && problemsNote(wrong)}${props.overtaken && overtakenNote}${props.verified && reviewNote}
<form method="post" action="${head.path}/edit"><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="as_of" value="${props.asOf}">
<div class="panel">
  <section class="setting"><header><h2>What people read</h2><p>On the page that asks them, and under Connected apps.</p></header><div>
    ${controls(props.fields.filter(({ section }) => section === 'identity'))}
  </div></section>
  ${places.length > 0 && html`<section class="setting"><header><h2>Where it may send people</h2><p>Compared character by character. https, or http on localhost.</p></header><div>${controls(places)}</div></section>`}
  <div class="row"><button class="btn solid">Compare before saving</button><a href="${head.path}">Cancel</a></div>
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
