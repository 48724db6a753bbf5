import { html } from 'hono/html';
import type { Html } from '../text.ts';

export type PagerLinks = { previous?: string; next?: string };

/** Below a list that has more than one page. */
export function pager(links: PagerLinks, shown: string): Html | undefined {
  if (!links.previous && !links.next) return undefined;
  return html`<nav class="pager" aria-label="Pages"><span>${shown}</span><span class="row">${way('Previous', links.previous)}${way('Next', links.next)}</span></nav>`;
}

const way = (label: string, href?: string): Html =>
  href
    ? html`<a class="btn less" href="${href}">${label}</a>`
    : html`<a class="btn less" role="link" aria-disabled="true">${label}</a>`;
