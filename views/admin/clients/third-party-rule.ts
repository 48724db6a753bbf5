import { html } from 'hono/html';
import { type App, callName, callText } from '../../app-identity.ts';
import { m } from '../../messages/index.ts';
import { type Html, name } from '../../text.ts';
import { choiceGroup, type Problem, reasonField } from '../fields.ts';
import { type AdminFrame, adminLayout, form, hidden } from '../layout.ts';
import { clientPath } from './head.ts';
import { overtakenNote } from './index.ts';
import { ruleChangesNote } from './rule-changes.ts';
import {
  decidedText,
  effective,
  otherwiseText,
  type Policy,
  policyTag,
  type RuleInForce,
  type RuleOf,
} from './rule-in-force.ts';

const words = () => m().thirdParty.admin;

const policies = ['none', 'allow', 'ask', 'block'] as const;

type Decided = Extract<RuleInForce, { decided: object }>;

/** Decides what holds for one app, or for a host, and says first how many people that is about. */
export function thirdPartyRulePage(props: {
  frame: AdminFrame;
  subject: RuleOf;
  /** The app, if it is stored. */
  app: App | undefined;
  suspended: boolean;
  atStake: { clients: number; people: number };
  /** The rule as it is. */
  now: Decided | undefined;
  /** What holds without a rule. */
  otherwise: RuleInForce;
  /** What is chosen. */
  policy: Policy | 'none';
  reason: string;
  /** `policy`: a sentence. */
  problems: { policy?: string | undefined; reason?: Problem | undefined };
  /** Another admin was quicker, or the app itself. */
  overtaken?: boolean | 'app';
  /** The revision of the app that the page shows; allowing another one is refused. */
  revision?: string | undefined;
}): string {
  const { frame, subject, app, atStake, policy, problems, now } = props;
  const about = words().atStake(words().apps(atStake.clients), words().allowing(atStake.people));
  return adminLayout({
    frame,
    title: words().ruleTitle(app ? callText(app) : subject.value),
    tab: 'unregistered',
    refused: Object.keys(problems).length > 0 || (props.overtaken !== undefined && props.overtaken !== false),
    head: html`<div><h1>${words().ruleFor(app ? callName(app) : name(subject.value))}</h1><p>${app ? html`<a class="mono" href="${clientPath(app.clientId)}">${app.clientId}</a>` : html`<span class="mono">${subject.value}</span>`}</p><p>${about}${props.suspended && html` ${words().suspended}`}</p>${now && html`<p>${policyTag(effective(now))}</p>${decidedText(now)}`}</div>`,
    content: html`${props.overtaken && overtaken(now, props.overtaken === 'app')}${now?.changes && ruleChangesNote(now.changes)}${form(
      {
        csrf: frame.csrf,
        action: '/admin/unregistered/rule',
        content: html`${hidden('kind', subject.kind)}${hidden('value', subject.value)}${hidden('as_of', now?.decided.at.toISOString() ?? 'none')}${props.revision !== undefined && hidden('revision', props.revision)}<div class="panel"><section class="setting" aria-labelledby="what"><header><h2 id="what">${words().what}</h2>${subject.kind === 'host' && html`<p>${words().hostHint}</p>`}</header><div>${choiceGroup({ name: 'policy', legend: words().what, problem: problems.policy, content: html`<div class="seg two">${policies.map((one) => choice(one, policy, props.otherwise))}</div>` })}</div></section>
  <section class="setting" aria-labelledby="why"><header><h2 id="why">${m().adminFrame.why}</h2><p>${m().adminFrame.onRecord}</p></header><div>${reasonField({ value: props.reason, problem: problems.reason })}</div></section>
  <div class="row"><a class="btn" href="/admin/unregistered">${words().back}</a><button class="btn solid">${words().save}</button></div></div>`,
      },
    )}`,
  });
}

/** Says what another admin has decided since the page was opened, or that the app has changed. */
function overtaken(now: Decided | undefined, byApp: boolean): Html {
  const { what, gone, app, todo } = words().meanwhile;
  if (byApp) return overtakenNote({ what: app, todo });
  return overtakenNote({ what: now ? what(now.decided.by, words().policies[now.policy]) : gone, todo });
}

const choice = (one: (typeof policies)[number], chosen: string, otherwise: RuleInForce): Html =>
  html`<label><input type="radio" name="policy" value="${one}"${one === chosen && html` checked`} required><span><b>${words().policies[one]}</b><small>${one === 'none' ? otherwiseText(otherwise) : words().means[one]}</small></span></label>`;
