import { html } from 'hono/html';
import { type App, appIdentity } from './app-identity.ts';
import { isLinkable } from './host.ts';
import { type Link, layout } from './layout.ts';
import { m } from './messages/index.ts';
import { docsAddress, siteLinks } from './site.ts';
import { supportDetails } from './support-details.ts';
import { type Html, inEnglish, plain, prose } from './text.ts';

/**
 * What a developer needs to fix a request, in English as in the documentation and the answers to programs. `wrong` and
 * `fix` may hold `code` between backticks; `received` is shown unchanged.
 */
export type DeveloperDetails = { error: string; wrong: string; received?: string; fix?: string };

/** A way to another site: an address, or a form of these fields that is posted to it. */
export type Way = { address: string; fields?: readonly (readonly [name: string, value: string])[] };

/**
 * The error page: what happened on one side, what to do on the other, and the reason for the developer in a fold. The
 * first of `actions` becomes a button; actions that lead to anything but a web page are left out. The last link is the
 * operator's help page, or ours. `onward` is a button that leads away from here, and takes the place of the first one.
 */
export function errorPage(props: {
  title: string;
  /** The title of the browser's tab, if it differs. */
  tab?: string;
  lead: string;
  app?: App;
  advice: string[];
  actions: Link[];
  onward?: Way & { label: string };
  developer?: DeveloperDetails;
  requestId: string;
  time: Date;
}): string {
  const { supportUrl } = siteLinks();
  const links = [
    ...props.actions.filter((action) => isLinkable(action.href)),
    { href: supportUrl ?? '/help', label: m().frame.help },
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
    <h2>${m().errors.whatYouCanDo}</h2>
    ${props.advice.map((advice) => html`<p>${plain(advice)}</p>`)}
    ${props.onward && wayOn(props.onward)}
    <p class="row">${links.map((link, index) => actionLink(link, index === 0 && !props.onward))}</p>
    ${supportDetails({
      summary: props.developer ? m().errors.forDeveloper : m().errors.forSupport,
      rows: props.developer && developerRows(props.developer),
      requestId: props.requestId,
      time: props.time,
    })}
  </div>
</main>`,
  });
}

const actionLink = (action: Link, isButton: boolean): Html =>
  html`<a${isButton && html` class="btn"`} href="${action.href}">${plain(action.label)}</a>`;

function wayOn({ address, fields, label }: Way & { label: string }): Html | undefined {
  if (!isLinkable(address)) return undefined;
  if (!fields) return html`<p>${actionLink({ href: address, label }, true)}</p>`;
  return html`<form method="post" action="${address}">
      ${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
      <button class="btn">${plain(label)}</button>
    </form>`;
}

function developerRows(details: DeveloperDetails): Html {
  const words = m().errors.developer;
  return html`<dt>${words.error}</dt><dd><code>${details.error}</code></dd>
          <dt>${words.wrong}</dt><dd${inEnglish()}>${prose(details.wrong)}</dd>
          ${details.received && html`<dt>${words.received}</dt><dd><code>${plain(details.received)}</code></dd>`}
          ${details.fix && html`<dt>${words.fix}</dt><dd${inEnglish()}>${prose(details.fix)}</dd>`}
          <dt>${m().frame.documentation}</dt><dd><a href="${docsAddress()}">${docsAddress()}</a></dd>`;
}
