import { html } from 'hono/html';
import * as icons from './icons.ts';
import { siteLinks } from './site.ts';
import { type Html, plain } from './text.ts';

/** A link of the foot or the bar. */
export type Link = { href: string; label: string };

/**
 * A whole page. `ask` is the wide sheet of a consent, `short` that of a short form; without a kind it is an ordinary
 * page. `main` brings its own `<main id="main">`, because on some pages that is the sheet itself.
 */
export function layout(props: {
  title: string;
  kind?: 'ask' | 'short';
  /** What stands beside the brand: "account". */
  area?: string;
  /** The right end of the bar, and the tabs below it. */
  bar?: Html;
  main: Html;
  /** What the foot offers besides the way to the landing page: only links that have something behind them. */
  footLinks?: Link[];
}): string {
  const bodyClass = props.kind && html` class="${props.kind === 'short' ? 'ask short' : 'ask'}"`;
  const area = props.area && html` <span>${props.area}</span>`;
  const page = html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${plain(props.title)}</title>
  <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/assets/style.css">
</head>
<body${bodyClass}>
<a class="skip" href="#main">Skip to content</a>
<header class="bar"><a class="brand" href="/">${icons.brand}VibeCaaS${area}</a>${props.bar}</header>
${props.main}
${foot(props.footLinks ?? [])}
</body>
</html>
`;
  return page.toString();
}

function foot(links: Link[]): Html {
  const items = [{ href: '/', label: 'VibeCaaS authorization server' }, ...links, ...operatorLinks()].map(
    (link) => html`<li><a href="${link.href}">${link.label}</a></li>`,
  );
  return html`<footer class="foot"><ul>${items}</ul></footer>`;
}

/** The operator's own pages, where settings name them. */
function operatorLinks(): Link[] {
  const { docsUrl, supportUrl, privacyUrl, termsUrl } = siteLinks();
  const named: [string | undefined, string][] = [
    [docsUrl, 'Documentation'],
    [supportUrl, 'Help'],
    [privacyUrl, 'Privacy'],
    [termsUrl, 'Terms'],
  ];
  return named.flatMap(([href, label]) => (href === undefined ? [] : [{ href, label }]));
}
