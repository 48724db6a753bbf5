import { html } from 'hono/html';
import { address } from '../../host.ts';
import * as icons from '../../icons.ts';
import { m } from '../../messages/index.ts';
import { note } from '../../note.ts';
import { type Html, inEnglish, plain } from '../../text.ts';
import { minute } from '../../time.ts';
import { clientPath } from './head.ts';

/** How the document of a client whose id is a URL was read last. */
export type DocumentDetail = {
  digest: string;
  fetchedAt: Date;
  freshUntil: Date;
  /** What was wrong since, to be read on after "the document". */
  failed?: { error: string; at: Date };
};

/** A section of the overview. "Read again now" posts `csrf`. */
export function documentSection(clientId: string, document: DocumentDetail, csrf: string): Html {
  const words = m().clientDocuments.admin;
  const { failed } = document;
  const error = (text: string): Html => html`<span${inEnglish()}>the document ${plain(text)}</span>`;
  const rows: [string, Html][] = [
    [words.address, address(clientId)],
    [words.digest, html`<code>${document.digest}</code>`],
    [words.read, minute(document.fetchedAt)],
    [words.fresh, minute(document.freshUntil)],
  ];
  return html`<section class="setting" aria-labelledby="document"><header><h2 id="document">${words.title}</h2><p>${words.lead}</p></header>
    <div>${failed && note({ kind: 'bad', icon: icons.wrong, what: words.wrong, todo: words.failed(minute(failed.at), error(failed.error)) })}
    <dl class="receipt">${rows.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>
    <form class="field" method="post" action="${clientPath(clientId)}/document"><input type="hidden" name="csrf" value="${csrf}"><button class="btn less">${words.again}</button></form></div></section>`;
}
