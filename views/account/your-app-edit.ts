import { html } from 'hono/html';
import { clientField } from '../admin/clients/form-field.ts';
import type { ClientFormField } from '../admin/clients/form-values.ts';
import { type Change, changeTable } from '../admin/clients/review.ts';
import type { Problems } from '../admin/fields.ts';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { type Html, inEnglish } from '../text.ts';
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
  const words = m().yourApps.change;
  const wrong = Object.keys(problems).length;
  const places = props.fields.filter(({ section }) => section !== 'identity');
  const identity = props.fields.filter(({ section }) => section === 'identity');
  const controls = (fields: readonly ClientFormField[]) =>
    fields.map((field) => clientField(field, { texts: values, problems }));
  return ownLayout(props, {
    title: words.title,
    tab: '/edit',
    content: html`${wrong > 0 && problemsNote(wrong)}${props.overtaken && overtakenNote()}${props.verified && reviewNote()}
<form method="post" action="${head.path}/edit"><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="as_of" value="${props.asOf}">
<div class="panel">
  <section class="setting"><header><h2>${words.read}</h2><p>${words.readLead}</p></header><div${inEnglish()}>
    ${controls(identity)}
  </div></section>
  ${places.length > 0 && html`<section class="setting"><header><h2>${words.places}</h2><p>${words.placesLead}</p></header><div${inEnglish()}>${controls(places)}</div></section>`}
  <div class="row"><button class="btn solid">${words.compare}</button><a href="${head.path}">${words.cancel}</a></div>
</div></form>
<p class="small quiet">${words.ofVibeCaaS}</p>`,
  });
}

/** Shows the changes before they are saved. `kept` is the submitted form; `step` says how to go on with it. */
export function yourAppComparePage(
  props: OwnFrame & { changes: Change[]; reopens: boolean; kept: [string, string][] },
): string {
  const { head, changes, reopens, kept } = props;
  const words = m().yourApps.change;
  return ownLayout(props, {
    title: words.compareTitle,
    tab: '/edit',
    content: html`<section class="title"><h2>${words.question}</h2></section>
${reopens && reopensNote()}
${changeTable(changes)}
<form method="post" action="${head.path}/edit" class="row"><input type="hidden" name="csrf" value="${props.csrf}">${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button class="btn" name="step" value="edit">${words.goOn}</button><button class="btn solid" name="step" value="save">${words.save}</button></form>`,
  });
}

function problemsNote(n: number): Html {
  const { problems: what, problemsTodo: todo } = m().yourApps.change;
  return note({ kind: 'bad', icon: icons.wrong, what: what(n), todo, role: 'alert' });
}

const overtakenNote = () =>
  note({
    kind: 'warn',
    icon: icons.warning,
    what: m().yourApps.change.overtaken,
    todo: m().yourApps.change.overtakenTodo,
    role: 'alert',
  });

const reviewNote = () =>
  note({
    kind: 'warn',
    icon: icons.clock,
    what: m().yourApps.change.verified,
    todo: m().yourApps.change.verifiedTodo,
  });

const reopensNote = () =>
  note({
    kind: 'warn',
    icon: icons.clock,
    what: m().yourApps.change.reopens,
    todo: m().yourApps.change.reopensTodo,
    role: 'status',
  });
