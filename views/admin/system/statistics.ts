import { html } from 'hono/html';
import { number } from '../../text.ts';
import { failedNote, numberList } from '../bars.ts';
import { type DayStatistics, dayCharts } from '../days.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';

/** The statistics of the whole installation. */
export function statisticsPage(props: {
  frame: AdminFrame;
  clients: { active: number; disabled: number; verified: number };
  accounts: { active: number; suspended: number; admins: number };
  grants: number;
  sessions: number;
  totals: { tokens: number; errors: number; strangers: number; thefts: number };
  days: DayStatistics[];
}): string {
  const { clients, accounts, totals, days } = props;
  const asks = html`<a href="/admin/errors">Why did they fail?</a>`;
  return adminLayout({
    frame: props.frame,
    title: 'Statistics',
    tab: 'statistics',
    head: html`<div><h1>Statistics</h1><p>Now, and the last ${days.length} days in UTC. What happened in the last ten seconds may be missing.</p></div>
  <p class="row"><a class="btn" href="/admin/errors">Find a failed request</a></p>`,
    content: html`<div class="panel">
  <section aria-label="Totals">${numberList([
    [
      'People',
      number(accounts.active),
      `${number(accounts.suspended)} suspended, ${number(accounts.admins)} ${accounts.admins === 1 ? 'admin' : 'admins'}`,
    ],
    ['Clients', number(clients.active), `${number(clients.verified)} verified, ${number(clients.disabled)} suspended`],
    ['Connections', number(props.grants), 'of an app with a person'],
    ['Sessions', number(props.sessions), 'browsers signed in'],
    ['Tokens', number(totals.tokens), `in ${days.length} days`],
    ['Failed requests', number(totals.errors), failedNote(totals.strangers, days.length)],
    [
      'Refresh tokens reused',
      number(totals.thefts),
      html`<a href="/admin/audit?action=refresh_token.reused">spent refresh tokens that came back</a>`,
    ],
  ])}</section>
  ${dayCharts(days, html`Requests of registered clients and their people that were refused. ${asks}`)}
</div>`,
  });
}
