import { html } from 'hono/html';
import { summary } from '../../scopes.ts';
import { type Html, name, plain } from '../../text.ts';
import { ago, day } from '../../time.ts';
import { empty } from '../empty.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

export type PersonRow = {
  accountId: string;
  email: string;
  granted: string[];
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
    title: `People of ${subject.name}`,
    tab: 'clients',
    subject: clientHead(subject, 'People'),
    content:
      rows.length > 0
        ? html`${countLine({ links, noun: links.total === 1 ? 'person' : 'people', clear: `${path}/people`, order: 'Newest first' })}
<div class="panel"><div class="table"><table>
    <caption class="vh">People who allowed it something, newest first</caption>
    <thead><tr><th scope="col">Who</th><th scope="col" class="mid">What they allowed</th><th scope="col">Connections</th><th scope="col" class="far">Since</th><th scope="col"><span class="vh">Act</span></th></tr></thead>
    <tbody>${rows.map((row) => line(row, subject, now))}</tbody>
  </table></div></div>${pager(links)}`
        : empty({
            title: 'Nobody has allowed it anything',
            why: 'People who allow the app to act for them appear here, with what they allowed.',
            way: { href: path, label: 'Back to the overview' },
          }),
  });
}

function line(row: PersonRow, { clientId }: ClientSubject, now: Date): Html {
  const used = row.lastUsed ? html`<br><span class="small quiet">last used ${ago(row.lastUsed, now)}</span>` : '';
  const act = `/admin/account/${row.accountId}/disconnect?client_id=${encodeURIComponent(clientId)}`;
  return html`
      <tr><th scope="row"><a href="/admin/account/${row.accountId}">${name(row.email)}</a></th><td class="mid">${summary(row.granted)}</td><td>${row.connections > 0 ? String(row.connections) : 'none now'}${used}</td><td class="far nb">${day(row.since)}</td><td class="nb"><a class="btn less danger" href="${act}">Disconnect<span class="vh"> ${plain(row.email)}</span></a></td></tr>`;
}
