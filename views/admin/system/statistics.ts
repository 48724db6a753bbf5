import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { number } from '../../text.ts';
import { failedNote, numberList } from '../bars.ts';
import { type DayStatistics, dayCharts } from '../days.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';

const words = () => m().adminSystem.statistics;

/** The statistics of the whole installation. */
export function statisticsPage(props: {
  frame: AdminFrame;
  clients: { active: number; disabled: number; verified: number };
  accounts: { active: number; suspended: number; admins: number };
  grants: number;
  sessions: number;
  totals: { tokens: number; errors: number; strangers: number; reuses: number };
  days: DayStatistics[];
}): string {
  const { clients, accounts, totals, days } = props;
  const asks = html`<a href="/admin/errors">${words().why}</a>`;
  return adminLayout({
    frame: props.frame,
    title: words().title,
    tab: 'statistics',
    head: html`<div><h1>${words().title}</h1><p>${words().lead(days.length)}</p></div>
  <p class="row"><a class="btn" href="/admin/errors">${words().findFailed}</a></p>`,
    content: html`<div class="panel">
  <section aria-label="${words().totals}">${numberList([
    [words().people, number(accounts.active), words().suspendedAdmins(number(accounts.suspended), accounts.admins)],
    [
      words().clients,
      number(clients.active),
      words().verifiedSuspended(number(clients.verified), number(clients.disabled)),
    ],
    [words().connections, number(props.grants), words().ofApps],
    [words().sessions, number(props.sessions), words().browsers],
    [words().tokens, number(totals.tokens), m().charts.inDays(days.length)],
    [words().failed, number(totals.errors), failedNote(totals.strangers, days.length)],
    [
      words().reused,
      number(totals.reuses),
      html`<a href="/admin/audit?action=refresh_token.reused">${words().reusedNote}</a>`,
    ],
  ])}</section>
  ${dayCharts(days, words().refused(asks))}
</div>`,
  });
}
