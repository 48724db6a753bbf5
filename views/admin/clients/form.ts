import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { note } from '../../note.ts';
import { type Html, listed, name } from '../../text.ts';
import { choiceGroup, type Problems, problemAfter } from '../fields.ts';
import { type AdminFrame, adminLayout, form, hidden } from '../layout.ts';
import { clientField } from './form-field.ts';
import { moreFields } from './form-more.ts';
import type { ClientFormField, ClientFormRules, ClientFormValues } from './form-values.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';
import { reopensNote } from './reviewed.ts';
import { scopeTable } from './scope-table.ts';
import type { ClientType } from './states.ts';

const words = () => m().adminClientForm;

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
    title: words().register,
    tab: 'clients',
    refused: Object.keys(props.problems).length > 0,
    head: html`<div><p class="crumb"><a href="/admin/clients">${words().clients}</a></p><h1>${words().register}</h1><p>${words().registerLead}</p></div>`,
    content: clientForm(props, {
      action: '/admin/clients',
      button: words().registerIt,
      back: '/admin/clients',
      isNew: true,
    }),
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
    title: words().editTitle(subject.name),
    tab: 'clients',
    refused: Object.keys(props.problems).length > 0,
    subject: clientHead(subject, 'overview'),
    content: html`${props.verified && reopensNote(props.covered)}${clientForm(props, { action: `${path}/edit`, button: words().compare, back: path, isNew: false })}`,
  });
}

/** Warns of a name that people could mistake for another's; it is not refused. */
export function similarNamesNote(similar: SimilarName[]): Html | undefined {
  if (similar.length === 0) return undefined;
  const apps = similar.map((one) => html`<a href="${clientPath(one.clientId)}">${name(one.name)}</a>`);
  return note({
    kind: 'warn',
    icon: icons.warning,
    what: words().similar(listed(apps)),
    todo: words().similarTodo,
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
${section('who', words().who, words().whoLead, html`<div class="two-up">${questions(props, ['identity'], number)}</div>`)}
${way.isNew && section('type', words().runsOnTitle, words().runsOnLead, runsOn(rules, problems))}
${section('where', rules.interactive ? words().where : words().proves, rules.interactive ? words().whereLead : words().provesLead, questions(props, ['addresses', 'authentication'], number))}
<section class="stack" aria-labelledby="f-may"><header><h2 id="f-may">${number(8)}${words().may}</h2><p class="small quiet">${words().mayLead}${rules.interactive && html` ${words().defaultLead}`}</p></header>${scopes(rules, values, problems)}</section>
<div>${moreFields(rules, values, problems)}</div>
<div class="row"><button class="btn solid">${way.button}</button><a href="${way.back}">${words().cancel}</a></div></div>`,
})}`;
}

function section(id: string, title: string, lead: string, content: Html): Html {
  return html`<section class="setting" aria-labelledby="f-${id}"><header><h2 id="f-${id}">${title}</h2><p>${lead}</p></header><div>${content}</div></section>`;
}

function problemsNote(n: number): Html {
  const what = words().wrong(n);
  return note({
    kind: 'bad',
    icon: icons.wrong,
    what,
    todo: words().wrongTodo,
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

const types: readonly ClientType[] = ['web', 'spa', 'native', 'service'];

function runsOn({ type }: ClientFormRules, problems: Problems): Html {
  const radios = types.map(
    (value) =>
      html`<label><input type="radio" name="type" value="${value}"${value === type && html` checked`}><span><b>${words().types[value].label}</b><small>${words().types[value].line}</small></span></label>`,
  );
  return choiceGroup({
    name: 'type',
    legend: words().runsOn,
    problem: problems.type && problemAfter(words().runsOn, problems.type),
    content: html`<div class="seg two">${radios}</div>`,
  });
}

function scopes(rules: ClientFormRules, values: ClientFormValues, problems: Problems): Html {
  const labels = { scope: words().may, optional_scope: words().optional, default_scope: words().theDefault };
  const wrong = (Object.keys(labels) as (keyof typeof labels)[]).flatMap((field) =>
    problems[field] ? [problemAfter(labels[field], problems[field])] : [],
  );
  return scopeTable({
    scopes: rules.scopes,
    required: values.scope.filter((scope) => !values.optional_scope.includes(scope)),
    optional: values.optional_scope,
    byDefault: values.default_scope,
    people: rules.interactive,
    problem: wrong.length > 0 ? html`${wrong.map((one, i) => html`${i > 0 && ' '}${one}`)}` : undefined,
  });
}
