import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { type Removed, removedLine } from '../../removed.ts';
import { empty } from '../empty.ts';
import { type AdminFrame, adminLayout } from '../layout.ts';
import { countLine, type PagerLinks, pager } from '../pager.ts';
import { type AuditRow, auditTable } from '../system/audit.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

const words = () => m().adminClients.history;

/** Everything that was done to a client, newest first. */
export function clientHistoryPage(props: {
  frame: AdminFrame;
  subject: ClientSubject;
  rows: AuditRow[];
  links: PagerLinks;
  /** Set on the last page, if older lines were removed. */
  removed?: Removed | undefined;
}): string {
  const { frame, subject, rows, links } = props;
  const path = clientPath(subject.clientId);
  return adminLayout({
    frame,
    title: words().title(subject.name),
    tab: 'clients',
    subject: clientHead(subject, 'history'),
    content: html`${
      rows.length > 0
        ? html`${countLine({ links, noun: words().noun(links.total), clear: path, order: words().newest })}${auditTable(rows)}${pager(links)}`
        : empty({
            title: words().none,
            why: words().noneWhy,
            way: { href: path, label: words().back },
          })
    }${removedLine(props.removed)}`,
  });
}
