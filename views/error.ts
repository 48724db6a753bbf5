import { html } from 'hono/html';
import { type App, appIdentity } from './app-identity.ts';
import { isLinkable } from './host.ts';
import { type Link, layout } from './layout.ts';
import { siteLinks } from './site.ts';
import { supportDetails } from './support-details.ts';
import { type Html, plain, prose } from './text.ts';

/**
 * What a developer needs to fix a request. `wrong` and `fix` may hold `code` between backticks; `received` is shown
 * unchanged.
 */
export type DeveloperDetails = { error: string; wrong: string; received?: string; fix?: string };

/**
 * The error page: what happened on one side, what to do on the other, and the reason for the developer in a fold. The
 * first of `actions` becomes a button; actions that lead to anything but a web page are left out. The last link is the
 * operator's help page, or ours.
 */
export function errorPage(props: {
  title: string;
  /** The title of the browser's tab, if it differs. */
  tab?: string;
  lead: string;
  app?: App;
  advice: string[];
  actions: Link[];
  developer?: DeveloperDetails;
  requestId: string;
  time: Date;
}): string {
  const { supportUrl, docsUrl } = siteLinks();
  const links = [
    ...props.actions.filter((action) => isLinkable(action.href)),
    { href: supportUrl ?? '/help', label: 'Help' },
  ];
  return layout({
    title: `${props.tab ?? props.title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who">
    ${props.app && appIdentity(props.app, 'owner')}
    <h1>${plain(props.title)}</h1>
    <p>${plain(props.lead)}</p>
  </div>
  <div class="what stack">
    <h2>What you can do</h2>
    ${props.advice.map((advice) => html`<p>${plain(advice)}</p>`)}
    <p class="row">${links.map(actionLink)}</p>
    ${supportDetails({
      summary: props.developer
        ? 'For the developer: what was wrong, and the request id'
        : 'For support: the request id',
      rows: props.developer && developerRows(props.developer, docsUrl),
      requestId: props.requestId,
      time: props.time,
    })}
  </div>
</main>`,
  });
}

const actionLink = (action: Link, index: number): Html =>
  html`<a${index === 0 && html` class="btn"`} href="${action.href}">${plain(action.label)}</a>`;

function developerRows(details: DeveloperDetails, docsUrl: string | undefined): Html {
  return html`<dt>Error</dt><dd><code>${details.error}</code></dd>
          <dt>What was wrong</dt><dd>${prose(details.wrong)}</dd>
          ${details.received && html`<dt>We received</dt><dd><code>${plain(details.received)}</code></dd>`}
          ${details.fix && html`<dt>How to fix it</dt><dd>${prose(details.fix)}</dd>`}
          ${docsUrl && html`<dt>Documentation</dt><dd><a href="${docsUrl}">${docsUrl}</a></dd>`}`;
}
