import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { number } from '../../text.ts';
import { ago } from '../../time.ts';
import { callsOf, type UsageOfDay, usageSetting } from '../../usage.ts';
import { failedNote, numberList } from '../bars.ts';
import { type DayStatistics, dayCharts } from '../days.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

const words = () => m().adminClientActs.activity;

/** The activity of a client: who uses it, how much, and how often its requests fail. */
export function clientActivityPage(props: {
  frame: AdminFrame;
  subject: ClientSubject;
  /** In words, because counting stops at a bound. */
  people: string;
  connections: string;
  lastUsed?: Date;
  totals: { tokens: number; errors: number; strangers: number; reuses: number };
  days: DayStatistics[];
  /** What it did, as gateways counted it, oldest first. */
  usage: readonly UsageOfDay[];
  now: Date;
}): string {
  const { subject, totals, days, lastUsed, now } = props;
  const path = clientPath(subject.clientId);
  const called = props.usage.some((day) => callsOf(day) > 0);
  const unused = !called && !lastUsed && totals.tokens + totals.errors + totals.strangers === 0;
  const asks = html`<a href="${path}/errors">${words().why}</a>`;
  return adminLayout({
    frame: props.frame,
    title: words().title(subject.name),
    tab: 'clients',
    subject: clientHead(subject, 'overview'),
    content: html`<section class="title"><h2>${words().byDay}</h2><p>${words().lead(days.length)}</p></section><div class="panel">
  <section aria-label="${words().totals}">${numberList([
    [words().people, props.people, words().now],
    [words().connections, props.connections, words().eachTime],
    [words().tokens, number(totals.tokens), m().charts.inDays(days.length)],
    [words().failed, number(totals.errors), failedNote(totals.strangers, days.length)],
    [words().reused, number(totals.reuses), words().reusedNote],
    [words().lastUsed, lastUsed ? ago(lastUsed, now) : words().never],
  ])}</section>
  ${unused && html`<p>${words().unused}</p>`}
  ${!unused && usageSetting({ days: props.usage, now })}
  ${!unused && dayCharts(days, words().refused(asks))}
</div>`,
  });
}
