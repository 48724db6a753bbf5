import { html } from 'hono/html';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { type Html, name } from '../../text.ts';
import { day } from '../../time.ts';
import { type RuleChanges, ruleChangesNote } from './rule-changes.ts';

/** What a rule comes to. */
export const effective = (rule: RuleInForce): Policy => ('changes' in rule && rule.changes ? 'ask' : rule.policy);

const words = () => m().thirdParty.admin;

export type Policy = 'allow' | 'ask' | 'block';
export type RuleOf = { kind: 'client' | 'host'; value: string };

/** The page where an admin decides about an app or a host. */
export const rulePath = ({ kind, value }: RuleOf): string =>
  `/admin/unregistered/rule?${new URLSearchParams({ kind, value })}`;

/** What holds for an app: a rule, with who decided it, or what holds without one. */
export type RuleInForce =
  | {
      policy: Policy;
      source: 'client' | 'host';
      /** The client id or the host. */
      value: string;
      decided: { by: string; at: Date; reason?: string };
      /** The rule allows an app that has changed since, so it counts as `ask`. */
      changes?: RuleChanges | undefined;
    }
  | { policy: Policy; source: 'verified' | 'rest' };

const looks = { allow: 'tag good', ask: 'tag warn', block: 'tag bad', none: 'tag' } as const;

export const policyTag = (policy: Policy | 'none'): Html =>
  html`<span class="${looks[policy]}">${policy === 'block' && icons.wrong}${words().policies[policy]}</span>`;

const mono = (text: string): Html => html`<span class="mono">${text}</span>`;

/** What holds without a rule, for the choice that removes it. */
export function otherwiseText(rule: RuleInForce): Html {
  const policy = m().apps.quoted(html`${words().policies[rule.policy]}`);
  if (rule.source === 'host') return words().otherwise.host(policy, mono(rule.value));
  return words().otherwise[rule.source === 'verified' ? 'verified' : 'rest'](policy);
}

/** The rule that holds for a client, for the pages about it. */
export function ruleSection(clientId: string, rule: RuleInForce): Html {
  const ofApp: RuleOf = { kind: 'client', value: clientId };
  const ways = [
    html`<a class="btn" href="${rulePath(ofApp)}">${rule.source === 'client' ? words().blocked.changeRule : words().decide}<span class="vh"> ${words().about(clientId)}</span></a>`,
    ...(rule.source === 'host'
      ? [html`<a href="${rulePath({ kind: 'host', value: rule.value })}">${words().ruleFor(mono(rule.value))}</a>`]
      : []),
  ];
  return html`<section class="setting" aria-labelledby="rule"><header><h2 id="rule">${words().rule}</h2><p>${words().inForce}</p></header><div>${'changes' in rule && rule.changes && ruleChangesNote(rule.changes)}<p>${sourceText(rule)}</p>${rule.policy === 'block' && html`<p class="small">${words().blocked.lead}</p>`}${'decided' in rule && decidedText(rule)}<p class="field row">${ways}</p></div></section>`;
}

function sourceText(rule: RuleInForce): Html {
  const tag = policyTag(effective(rule));
  if (rule.source === 'host') return words().sources.host(tag, mono(rule.value));
  return words().sources[rule.source](tag);
}

/** Says by whom a rule was decided, when and why. */
export function decidedText({ decided: { by, at, reason } }: Extract<RuleInForce, { decided: object }>): Html {
  return html`<p class="small">${words().decidedBy(name(by), day(at))}${reason && html` ${m().apps.quoted(name(reason))}`}</p>`;
}
