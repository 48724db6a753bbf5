import { html } from 'hono/html';
import { allowedSummary } from '../../by-organisation.ts';
import { m } from '../../messages/index.ts';
import { type Html, name, plain } from '../../text.ts';
import { ago, day } from '../../time.ts';
import { empty } from '../empty.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

const words = () => m().adminClients.people;

export type PersonRow = {
  accountId: string;
  email: string;
  granted: string[];
  byOrganisation?: string[];
  since: Date;
  connections: number;
  lastUsed?: Date;
};

/** The people who allowed a client something, newest first. */
export function clientPeoplePage(props: {
  frame: AdminFrame;
  subject: ClientSubject;
  rows: PersonRow[];
  links: PagerLinks;
  now: Date;
}): string {
  const { frame, subject, rows, links, now } = props;
  const path = clientPath(subject.clientId);
  return adminLayout({
    frame,
    title: words().title(subject.name),
    tab: 'clients',
    subject: clientHead(subject, 'people'),
    content:
      rows.length > 0
        ? html`${countLine({ links, noun: words().noun(links.total), clear: `${path}/people`, order: words().newest })}
<div class="panel"><div class="table"><table>
    <caption class="vh">${words().caption}</caption>
    <thead><tr><th scope="col">${words().who}</th><th scope="col" class="mid">${words().what}</th><th scope="col">${words().connections}</th><th scope="col" class="far">${words().since}</th><th scope="col"><span class="vh">${words().act}</span></th></tr></thead>
    <tbody>${rows.map((row) => line(row, subject, now))}</tbody>
  </table></div></div>${pager(links)}`
        : empty({
            title: words().none,
            why: words().noneWhy,
            way: { href: path, label: words().back },
          }),
  });
}

function line(row: PersonRow, { clientId }: ClientSubject, now: Date): Html {
  const used = row.lastUsed
    ? html`<br><span class="small quiet">${words().lastUsed(ago(row.lastUsed, now))}</span>`
    : '';
  const act = `/admin/account/${row.accountId}/disconnect?client_id=${encodeURIComponent(clientId)}`;
  return html`
      <tr><th scope="row"><a href="/admin/account/${row.accountId}">${name(row.email)}</a></th><td class="mid"><div class="stack">${allowedSummary(row, { label: words().byOrganisation, nothing: words().onlyWho })}</div></td><td>${row.connections > 0 ? String(row.connections) : words().noneNow}${used}</td><td class="far nb">${day(row.since)}</td><td class="nb"><a class="btn less danger" href="${act}">${words().disconnect(plain(row.email))}</a></td></tr>`;
}
