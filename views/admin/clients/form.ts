import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { note } from '../../note.ts';
import { type Html, listed, name } from '../../text.ts';
import type { Problems } from '../fields.ts';
import { type AdminFrame, adminLayout, form, hidden } from '../layout.ts';
import { clientField } from './form-field.ts';
import { moreFields } from './form-more.ts';
import type { ClientFormField, ClientFormRules, ClientFormValues } from './form-values.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';
import { reopensNote } from './reviewed.ts';
import { scopeTable } from './scope-table.ts';
import type { ClientType } from './states.ts';

/** Another app whose name is easily mistaken for this one. */
export type SimilarName = { clientId: string; name: string };

type Props = {
  frame: AdminFrame;
  rules: ClientFormRules;
  values: ClientFormValues;
  problems: Problems;
  /** Hidden fields. */
  kept: Record<string, string>;
  /** Above the fields. */
  notes?: Html[];
};

/** Registers a client: eight answers, and the rest folded. */
export function newClientPage(props: Props): string {
  return adminLayout({
    frame: props.frame,
    title: 'Register a client',
    tab: 'clients',
    refused: Object.keys(props.problems).length > 0,
    head: html`<div><p class="crumb"><a href="/admin/clients">← Clients</a></p><h1>Register a client</h1><p>Eight answers are enough. The rest is set to what is safe for its type.</p></div>`,
    content: clientForm(props, { action: '/admin/clients', button: 'Register', back: '/admin/clients', isNew: true }),
  });
}

/** Changes a client. Changes are compared before they are saved. */
export function editClientPage(
  props: Props & { subject: ClientSubject; verified: boolean; covered: readonly string[] },
): string {
  const { subject } = props;
  const path = clientPath(subject.clientId);
  return adminLayout({
    frame: props.frame,
    title: `Edit ${subject.name}`,
    tab: 'clients',
    refused: Object.keys(props.problems).length > 0,
    subject: clientHead(subject, 'Overview'),
    content: html`${props.verified && reopensNote(props.covered)}${clientForm(props, { action: `${path}/edit`, button: 'Compare before saving', back: path, isNew: false })}`,
  });
}

/** Warns of a name that people could mistake for another's; it is not refused. */
export function similarNamesNote(similar: SimilarName[]): Html | undefined {
  if (similar.length === 0) return undefined;
  const apps = similar.map((one) => html`<a href="${clientPath(one.clientId)}">${name(one.name)}</a>`);
  return note({
    kind: 'warn',
    icon: icons.warning,
    what: html`This name looks like ${listed(apps)}, which is verified.`,
    todo: 'People would take one for the other. Go on only if both have the same owner.',
    role: 'alert',
  });
}

type Way = { action: string; button: string; back: string; isNew: boolean };

function clientForm(props: Props, way: Way): Html {
  const { frame, rules, values, problems, kept, notes = [] } = props;
  const wrong = Object.keys(problems).length;
  const number = (n: number) => (way.isNew ? `${n}. ` : '');
  return html`${wrong > 0 && problemsNote(wrong)}${notes}
${form({
  csrf: frame.csrf,
  action: way.action,
  content: html`${Object.entries(kept).map(([key, value]) => hidden(key, value))}<div class="panel">
${section('who', 'Who it is', 'People read name and owner on every page that asks them, once they are verified.', html`<div class="two-up">${questions(props, ['identity'], number)}</div>`)}
${way.isNew && section('type', '5. What it runs on', 'Decides how it proves itself and which addresses it may use. It can’t be changed later.', runsOn(rules, problems))}
${section('where', rules.interactive ? 'Where and how' : 'How it proves itself', rules.interactive ? 'Addresses are compared character by character.' : 'At the token endpoint.', questions(props, ['addresses', 'authentication'], number))}
<section class="stack" aria-labelledby="f-may"><header><h2 id="f-may">${number(8)}What it may ask for</h2><p class="small quiet">A ceiling: a request for more is refused.${rules.interactive && ' “Default” is what it gets when it asks for nothing in particular.'}</p></header>${scopes(rules, values, problems)}</section>
<div>${moreFields(rules, values, problems)}</div>
<div class="row"><button class="btn solid">${way.button}</button><a href="${way.back}">Cancel</a></div></div>`,
})}`;
}

function section(id: string, title: string, lead: string, content: Html): Html {
  return html`<section class="setting" aria-labelledby="f-${id}"><header><h2 id="f-${id}">${title}</h2><p>${lead}</p></header><div>${content}</div></section>`;
}

function problemsNote(n: number): Html {
  const what = n === 1 ? 'One answer is not right yet.' : `${n} answers are not right yet.`;
  return note({
    kind: 'bad',
    icon: icons.wrong,
    what,
    todo: 'Nothing was saved. What you typed is still here.',
    role: 'alert',
  });
}

type Numbered = (n: number) => string;

/** The questions of a section, numbered on the form of a new client. */
function questions(props: Props, sections: readonly ClientFormField['section'][], number: Numbered): Html {
  const { rules, values, problems } = props;
  const asked = rules.fields.filter((field) => field.question !== undefined && sections.includes(field.section));
  return html`${asked.map((field) => clientField(field, { texts: values.texts, problems }, number(field.question ?? 0)))}`;
}

const types: [ClientType, string, string][] = [
  ['web', 'A server', 'Keeps a secret.'],
  ['spa', 'A browser', 'Single page, no secret.'],
  ['native', 'A phone or computer', 'Loopback or its own scheme.'],
  ['service', 'By itself', 'No person; acts for itself.'],
];

function runsOn({ type }: ClientFormRules, problems: Problems): Html {
  const radios = types.map(
    ([value, label, line]) =>
      html`<label><input type="radio" name="type" value="${value}"${value === type && html` checked`}><span><b>${label}</b><small>${line}</small></span></label>`,
  );
  const problem = problems.type;
  return html`<fieldset${problem && html` aria-describedby="type-problem"`}><legend class="vh">What it runs on</legend><div class="seg two">${radios}</div>${problem && html`<p class="hint no" id="type-problem" role="alert">What it runs on ${problem}.</p>`}</fieldset>`;
}

function scopes(rules: ClientFormRules, values: ClientFormValues, problems: Problems): Html {
  const labels = { scope: 'What it may ask for', optional_scope: 'What is optional', default_scope: 'The default' };
  const wrong = (Object.keys(labels) as (keyof typeof labels)[]).flatMap((field) =>
    problems[field] ? [`${labels[field]} ${problems[field]}`] : [],
  );
  return scopeTable({
    scopes: rules.scopes,
    required: values.scope.filter((scope) => !values.optional_scope.includes(scope)),
    optional: values.optional_scope,
    byDefault: values.default_scope,
    people: rules.interactive,
    problem: wrong.length > 0 ? wrong.join('. ') : undefined,
  });
}
