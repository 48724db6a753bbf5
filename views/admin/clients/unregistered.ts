import { html } from 'hono/html';
import { type App, appLinked, callText } from '../../app-identity.ts';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { type Html, name } from '../../text.ts';
import { ago, day } from '../../time.ts';
import { empty } from '../empty.ts';
import { selectField, textField } from '../fields.ts';
import { type AdminFrame, adminLayout, hidden } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';
import { clientPath } from './head.ts';
import { type Policy, policyTag, type RuleOf, rulePath } from './rule-in-force.ts';
import { stateTag } from './states.ts';

const words = () => m().thirdParty.admin;

export type UnregisteredRow = {
  app: App;
  cameBy: 'dynamic' | 'metadata_document';
  host: string | undefined;
  suspended: boolean;
  firstSeen: Date;
  /** In words, because counting stops at a bound. */
  people: string;
  waiting: number;
  lastUsed: Date | undefined;
  policy: Policy | 'none';
  /** It is not what a rule allowed any more. */
  changed: boolean;
};

export type HostRule = { host: string; policy: Policy; reason: string | undefined; decided: Date };
export type UnregisteredFilter = { q?: string; rule?: Policy | 'none' | 'waiting' };

/** Apps that nobody registered, the newest first, with what holds for each; and the rules for hosts. */
export function unregisteredPage(props: {
  frame: AdminFrame;
  filter: UnregisteredFilter;
  /** What THIRD_PARTY_POLICY says. */
  rest: Policy;
  rows: UnregisteredRow[];
  rules: HostRule[];
  /** What was typed into the field, and whether it can’t be the name of a host. */
  host: { value: string; wrong: boolean };
  links: PagerLinks;
  now: Date;
}): string {
  const { filter, rows, links, rest } = props;
  const isFiltered = Object.keys(filter).length > 0;
  return adminLayout({
    frame: props.frame,
    title: words().title,
    tab: 'unregistered',
    refused: props.host.wrong,
    head: html`<div><h1>${words().title}</h1><p>${words().lead}</p></div>`,
    content: html`<div class="panel"><section class="setting" aria-labelledby="rest"><header><h2 id="rest">${words().rest}</h2><p>${words().restLead}</p></header><div><p>${policyTag(rest)}</p><p class="small">${words().means[rest]}</p></div></section>
${byHost(props.host)}</div>
${props.rules.length > 0 && hostRules(props.rules)}
${(rows.length > 0 || isFiltered) && filters(filter)}
${
  rows.length > 0
    ? html`${countLine({ links, noun: words().noun(links.total), asked: asked(filter), clear: '/admin/unregistered', order: words().newest })}${table(rows, props.now)}${pager(links)}`
    : nothing(isFiltered)
}`,
  });
}

const byHost = ({ value, wrong }: { value: string; wrong: boolean }): Html =>
  html`<section class="setting" aria-labelledby="by-host"><header><h2 id="by-host">${words().byHost}</h2><p>${words().hostHint}</p></header>
  <form class="narrow" method="get" action="/admin/unregistered/rule">${hidden('kind', 'host')}${textField({ name: 'value', label: words().host, value, required: true, ...(wrong && { problem: words().badHost }) })}<p class="field"><button class="btn">${words().toRule}</button></p></form></section>`;

function hostRules(rules: HostRule[]): Html {
  return html`<div class="title"><h2>${words().hostRules}</h2></div>
<div class="panel"><div class="table"><table>
    <caption class="vh">${words().hostRules}</caption>
    <thead><tr><th scope="col">${words().host}</th><th scope="col">${words().rule}</th><th scope="col" class="far">${words().reason}</th><th scope="col" class="mid">${words().decided}</th></tr></thead>
    <tbody>${rules.map(
      ({ host, policy, reason, decided }) =>
        html`<tr><th scope="row"><a href="${rulePath({ kind: 'host', value: host })}"><span class="mono">${host}</span></a></th><td>${policyTag(policy)}</td><td class="far">${reason ? name(reason) : '–'}</td><td class="mid nb">${day(decided)}</td></tr>`,
    )}</tbody>
  </table></div></div>`;
}

function filters({ q = '', rule }: UnregisteredFilter): Html {
  const choices = Object.entries(words().policies).map(([value, label]) => ({ value, label }));
  return html`<form class="filters" method="get" action="/admin/unregistered" role="search">
  ${textField({ name: 'q', label: words().search, type: 'search', value: q, small: true })}
  ${selectField({ name: 'rule', label: words().rule, ...(rule && { value: rule }), choices: [{ value: '', label: words().any }, ...choices], small: true })}
  <button class="btn less">${words().apply}</button>
</form>`;
}

function asked({ q, rule }: UnregisteredFilter): Html | undefined {
  if (!q && !rule) return undefined;
  return html`${q && m().apps.quoted(name(q))}${q && rule && ' · '}${rule && words().policies[rule]}`;
}

function table(rows: UnregisteredRow[], now: Date): Html {
  return html`<div class="panel"><div class="table"><table>
    <caption class="vh">${words().title}</caption>
    <thead><tr><th scope="col">${words().app}</th><th scope="col" class="far">${words().cameBy}</th><th scope="col" class="mid">${words().firstSeen}</th><th scope="col" class="num mid">${words().people}</th><th scope="col" class="mid">${words().lastUsed}</th><th scope="col">${words().rule}</th></tr></thead>
    <tbody>${rows.map((one) => row(one, now))}</tbody>
  </table></div></div>`;
}

function row(one: UnregisteredRow, now: Date): Html {
  const { app, host } = one;
  const ofApp: RuleOf = { kind: 'client', value: app.clientId };
  const id = html`<p><span class="mono">${app.clientId}</span></p>`;
  return html`
      <tr><th scope="row">${appLinked(app, clientPath(app.clientId), id)}</th><td class="far">${words().cameBys[one.cameBy]}</td><td class="mid nb">${ago(one.firstSeen, now)}</td><td class="num mid">${one.people}</td><td class="mid nb">${one.lastUsed ? day(one.lastUsed) : words().never}</td><td>${one.suspended && stateTag('suspended')} ${policyTag(one.policy)}${one.changed && html` <span class="tag warn">${icons.clock}${words().changed.tag}</span>`}${one.waiting > 0 && html` <span class="tag warn">${icons.clock}${words().waits(one.waiting)}</span>`}<br><a class="small" href="${rulePath(ofApp)}">${words().decide}<span class="vh"> ${words().about(callText(app))}</span></a>${host && html`<br><a class="small" href="${rulePath({ kind: 'host', value: host })}">${words().ruleFor(html`<span class="mono">${host}</span>`)}</a>`}</td></tr>`;
}

function nothing(isFiltered: boolean): Html {
  if (!isFiltered) {
    return empty({
      title: words().nothing,
      why: words().nothingWhy,
      way: { href: '/admin/clients', label: m().adminFrame.tabs.clients },
    });
  }
  return empty({
    title: words().noMatch,
    why: words().noMatchWhy,
    way: { href: '/admin/unregistered', label: words().clear },
  });
}
