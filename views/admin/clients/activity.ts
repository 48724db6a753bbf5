import { html } from 'hono/html';
import { number } from '../../text.ts';
import { ago } from '../../time.ts';
import { failedNote, numberList } from '../bars.ts';
import { type DayStatistics, dayCharts } from '../days.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

/** The activity of a client: who uses it, how much, and how often its requests fail. */
export function clientActivityPage(props: {
  frame: AdminFrame;
  subject: ClientSubject;
  /** In words, because counting stops at a bound. */
  people: string;
  connections: string;
  lastUsed?: Date;
  totals: { tokens: number; errors: number; strangers: number; thefts: number };
  days: DayStatistics[];
  now: Date;
}): string {
  const { subject, totals, days, lastUsed, now } = props;
  const path = clientPath(subject.clientId);
  const unused = !lastUsed && totals.tokens + totals.errors + totals.strangers === 0;
  const asks = html`<a href="${path}/errors">Why did they fail?</a>`;
  return adminLayout({
    frame: props.frame,
    title: `Activity of ${subject.name}`,
    tab: 'clients',
    subject: clientHead(subject, 'Overview'),
    content: html`<section class="title"><h2>Activity by day</h2><p>The last ${days.length} days, in UTC. What happened in the last ten seconds may be missing.</p></section><div class="panel">
  <section aria-label="Totals">${numberList([
    ['People connected', props.people, 'now'],
    ['Connections', props.connections, 'one for each time it was let in'],
    ['Tokens', number(totals.tokens), `in ${days.length} days`],
    ['Failed requests', number(totals.errors), failedNote(totals.strangers, days.length)],
    ['Refresh tokens reused', number(totals.thefts), 'spent refresh tokens that came back'],
    ['Last used', lastUsed ? ago(lastUsed, now) : 'never'],
  ])}</section>
  ${unused && html`<p>Nothing yet: this client has not been used. The first request of it shows here within ten seconds.</p>`}
  ${!unused && dayCharts(days, html`Requests of the app and its people that were refused. ${asks}`)}
</div>`,
  });
}
