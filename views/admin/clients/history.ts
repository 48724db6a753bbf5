import { html } from 'hono/html';
import { empty } from '../empty.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';
import { type AuditRow, auditTable } from '../system/audit.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

/** Everything that was done to a client, newest first. */
export function clientHistoryPage(props: {
  frame: AdminFrame;
  subject: ClientSubject;
  rows: AuditRow[];
  links: PagerLinks;
}): string {
  const { frame, subject, rows, links } = props;
  const path = clientPath(subject.clientId);
  return adminLayout({
    frame,
    title: `History of ${subject.name}`,
    tab: 'clients',
    subject: clientHead(subject, 'History'),
    content:
      rows.length > 0
        ? html`${countLine({ links, noun: links.total === 1 ? 'line on record' : 'lines on record', clear: path, order: 'Newest first' })}${auditTable(rows)}${pager(links)}`
        : empty({
            title: 'Nothing is on record',
            why: 'What admins and its developer do to the client appears here.',
            way: { href: path, label: 'Back to the overview' },
          }),
  });
}
