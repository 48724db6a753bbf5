import { html } from 'hono/html';
import { areaField, choiceGroup, type Problem, type Problems, textField } from '../admin/fields.ts';
import * as icons from '../icons.ts';
import type { Messages } from '../messages/en.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { findingScript, type ProjectPicker, projectPicker } from '../project-picker.ts';
import { markOf, permissionOf } from '../scopes.ts';
import { type Html, number } from '../text.ts';
import { type KeyFrame, keyLayout, keysPath } from './api-keys.ts';

/** The ends that the form offers: after so many days, after a day, or none. */
export const keyExpiries = ['30', '90', '365', 'date', 'never'] as const satisfies readonly (keyof Words['expiry'])[];

const scopes = [
  'projects:read',
  'deployments:read',
  'analytics:read',
  'projects:write',
  'deployments:write',
  'ai:generate',
];

/** What was typed, in the fields of the form. */
export type NewKeyValues = {
  name: string;
  environment: string;
  scope: readonly string[];
  expiry: string;
  /** YYYY-MM-DD. */
  day: string;
  /** One a line. */
  networks: string;
};

type Words = Messages['apiKeys']['form'];

type Props = KeyFrame & {
  values: NewKeyValues;
  /** By the names of fields; about a group of choices, a sentence. */
  problems: Problems;
  /** The account has this many keys that work, as many as it may have. */
  full?: number | undefined;
  /** So many keys were made today, as many as there may be. */
  today?: number | undefined;
  /** A value of this copy of the form, so that it makes one key however often it is sent. */
  form: string;
  aiInTest: boolean;
  /** The choice of projects; undefined if nothing can list them. */
  projects?: ProjectPicker | undefined;
  /** A sentence that says what is wrong with that choice. */
  projectsProblem?: string | undefined;
  /** The first day that is still to come: YYYY-MM-DD. */
  tomorrow: string;
};

/** The form of a new key. It posts to its own address. */
export function accountNewApiKeyPage(props: Props): string {
  const words = m().apiKeys.form;
  const { csrf, form, problems } = props;
  return keyLayout(props, {
    title: words.title,
    content: html`<header><div><p class="crumb"><a href="${keysPath}">← ${m().frame.apiKeys}</a></p><h1>${words.title}</h1><p>${words.lead}</p></div></header>
${limitReached(props)}${(Object.keys(problems).length > 0 || props.projectsProblem) && alert(words.wrong, words.wrongTodo)}
<form method="post" action="${keysPath}/new"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="form" value="${form}"><div class="panel">
  ${setting('k-name', words.name, nameField(props), words.nameLead)}
  ${setting('k-env', words.environment, environments(props))}
  ${setting('k-may', words.may, permissions(props), words.mayLead)}
  ${props.projects && setting('k-in', words.projects.title, inProjects(props.projects, props.projectsProblem), words.projects.lead)}
  ${setting('k-end', words.until, html`${expiries(props)}${networks(props)}`)}
  <div class="row"><button class="btn solid">${words.submit}</button><a href="${keysPath}">${words.cancel}</a></div>
</div></form>${findingScript(props.projects)}`,
  });
}

const alert = (what: string, todo: string): Html => note({ kind: 'bad', icon: icons.wrong, what, todo, role: 'alert' });

/** Says which limit keeps the account from another key, if one does. */
export function limitReached({
  full,
  today,
}: {
  full?: number | undefined;
  today?: number | undefined;
}): Html | undefined {
  const words = m().apiKeys.form;
  if (full !== undefined) return alert(words.tooMany(number(full)), words.tooManyTodo);
  return today === undefined ? undefined : alert(words.tooManyToday(number(today)), words.tooManyTodayTodo);
}

export function setting(id: string, title: string, content: Html, lead?: string): Html {
  return html`<section class="setting" aria-labelledby="${id}"><header><h2 id="${id}">${title}</h2>${lead && html`<p>${lead}</p>`}</header><div>${content}</div></section>`;
}

function nameField({ values, problems }: Props): Html {
  const { name: called, nameLabel: label } = m().apiKeys.form;
  return textField({
    name: 'name',
    label,
    called,
    value: values.name,
    problem: problems.name,
    required: true,
  });
}

function environments({ values, problems, aiInTest }: Props): Html {
  const words = m().apiKeys.form;
  const lines = { live: words.live, test: aiInTest ? words.test : words.testWithoutAi };
  const radios = (['live', 'test'] as const).map(
    (one) =>
      html`<label><input type="radio" name="environment" value="${one}"${one === values.environment && html` checked`}><span><b>${m().apiKeys.environments[one]}</b><small>${lines[one]}</small></span></label>`,
  );
  return choiceGroup({
    name: 'environment',
    legend: words.environment,
    problem: problems.environment,
    content: html`<div class="seg two">${radios}</div>`,
  });
}

function permissions({ values, problems }: Props): Html {
  const boxes = scopes.map((scope, index) => {
    const permission = permissionOf(scope);
    return (
      permission &&
      html`<li class="scope pick"><input type="checkbox" name="scope" value="${scope}" id="s${index}" aria-describedby="s${index}-w"${values.scope.includes(scope) && html` checked`}><div><p class="row"><label for="s${index}">${permission.title}</label> ${markOf(permission.mark)}</p><p id="s${index}-w">${permission.line}</p></div></li>`
    );
  });
  return choiceGroup({
    name: 'scope',
    legend: m().apiKeys.form.may,
    problem: problems.scope,
    content: html`<ul class="stack" role="list">${boxes}</ul>`,
  });
}

function inProjects(picker: ProjectPicker, problem: string | undefined): Html {
  const words = m().apiKeys.form.projects;
  return choiceGroup({ name: 'projects', legend: words.title, problem, content: projectPicker(picker, words) });
}

function expiries({ values, problems, tomorrow }: Props): Html {
  const words = m().apiKeys.form;
  const radios = keyExpiries.map(
    (one) =>
      html`<label><input type="radio" name="expiry" value="${one}"${one === values.expiry && html` checked`}><span>${words.expiry[one]}</span></label>`,
  );
  return html`${choiceGroup({ name: 'expiry', legend: words.until, problem: problems.expiry, content: html`<div class="seg flow">${radios}</div>` })}
    <p class="small quiet field">${words.untilHint}</p>
    ${textField({ name: 'day', label: words.day, type: 'date', small: true, value: values.day, hint: words.dayHint, problem: problems.day, min: tomorrow })}`;
}

function networks({ values, problems }: Props): Html {
  const words = m().apiKeys.form;
  const open = values.networks !== '' || problems.networks !== undefined;
  return html`<details class="field"${open && html` open`}><summary>${words.networks}</summary>${networksField(values.networks, problems.networks)}</details>`;
}

export function networksField(value: string, problem: Problem | undefined): Html {
  const { networksLabel: label, networksHint: hint } = m().apiKeys.form;
  return areaField({ name: 'networks', label, hint, value, problem });
}
