import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { type Html, name } from '../../text.ts';
import { type Problem, problemAfter, reasonField } from '../fields.ts';
import { type AdminFrame, adminLayout, form, hidden } from '../layout.ts';

const words = () => m().thirdParty.admin;

export type Policy = 'allow' | 'ask' | 'block';
export type RuleOf = { kind: 'client' | 'host'; value: string };

const policies = ['none', 'allow', 'ask', 'block'] as const;

/** The page where an admin decides about an app or a host. */
export const rulePath = ({ kind, value }: RuleOf): string =>
  `/admin/unregistered/rule?${new URLSearchParams({ kind, value })}`;

/** Decides what holds for one app, or for a host, and says first how many people that is about. */
export function thirdPartyRulePage(props: {
  frame: AdminFrame;
  subject: RuleOf;
  /** The name of the app, if it is stored. */
  appName: string | undefined;
  suspended: boolean;
  atStake: { clients: number; people: number };
  /** What is chosen. */
  policy: Policy | 'none';
  reason: string;
  problems: { policy?: Problem | undefined; reason?: Problem | undefined };
}): string {
  const { frame, subject, appName, atStake, policy, problems } = props;
  const about = words().atStake(words().apps(atStake.clients), words().allowing(atStake.people));
  const spoken = appName ?? subject.value;
  return adminLayout({
    frame,
    title: words().ruleTitle(spoken),
    tab: 'unregistered',
    refused: Object.keys(problems).length > 0,
    head: html`<div><h1>${words().ruleFor(name(spoken))}</h1><p><span class="mono">${subject.value}</span></p><p>${about}${props.suspended && html` ${words().suspended}`}</p></div>`,
    content: form({
      csrf: frame.csrf,
      action: '/admin/unregistered/rule',
      content: html`${hidden('kind', subject.kind)}${hidden('value', subject.value)}<div class="panel"><section class="setting" aria-labelledby="what"><header><h2 id="what">${words().what}</h2>${subject.kind === 'host' && html`<p>${words().hostHint}</p>`}</header><div><fieldset><legend class="vh">${words().what}</legend><div class="seg two">${policies.map((one) => choice(one, policy))}</div>${problems.policy && html`<span class="hint no" role="alert">${problemAfter(words().what, problems.policy)}</span>`}</fieldset></div></section>
  <section class="setting" aria-labelledby="why"><header><h2 id="why">${m().adminFrame.why}</h2><p>${m().adminFrame.onRecord}</p></header><div>${reasonField({ value: props.reason, problem: problems.reason })}</div></section>
  <div class="row"><a class="btn" href="/admin/unregistered">${words().back}</a><button class="btn solid">${words().save}</button></div></div>`,
    }),
  });
}

const choice = (one: (typeof policies)[number], chosen: string): Html =>
  html`<label><input type="radio" name="policy" value="${one}"${one === chosen && html` checked`} required><span><b>${words().policies[one]}</b><small>${words().means[one]}</small></span></label>`;
