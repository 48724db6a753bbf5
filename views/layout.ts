import { html } from 'hono/html';
import * as icons from './icons.ts';
import { m, speech } from './messages/index.ts';
import { type Language, languageCodes, languages } from './messages/languages.ts';
import { addressIn, docsAddress, siteLinks } from './site.ts';
import { type Html, plain } from './text.ts';

/** A link to another page. */
export type Link = { href: string; label: string };

/**
 * A whole page. `ask` is the wide sheet of a consent, `short` the narrow sheet of a short form; without a kind it is an
 * ordinary page. `main` brings its own `<main id="main">`, because on some pages that element is the sheet.
 */
export function layout(props: {
  title: string;
  kind?: 'ask' | 'short';
  /** The word beside the brand: "account". */
  area?: string;
  /** The right end of the bar, and the tabs below it. */
  bar?: Html;
  /** The address of the script of passkeys. */
  script?: string | undefined;
  main: Html;
}): string {
  const script =
    props.script &&
    html`
  <script src="${props.script}" defer></script>`;
  const bodyClass = props.kind && html` class="${props.kind === 'short' ? 'ask short' : 'ask'}"`;
  const area = props.area && html` <span>${props.area}</span>`;
  const { code, direction } = speech();
  const page = html`<!doctype html>
<html lang="${code}" dir="${direction}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
  <title>${plain(props.title)}</title>
  <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/assets/style.css">${script}
</head>
<body${bodyClass}>
<a class="skip" href="#main">${m().frame.skip}</a>
<header class="bar"><a class="brand" href="/">${icons.brand}VibeCaaS${area}</a>${props.bar}</header>
${props.main}
${foot()}
</body>
</html>
`;
  return onlyFirstFocused(page.toString());
}

/** Every field that is wrong asks for the focus, and HTML allows that to one. A text has no `>` as it is, so only tags match. */
function onlyFirstFocused(page: string): string {
  let asked = false;
  return page.replaceAll(/ autofocus(?=[^<>]*>)/g, (attribute) => {
    const kept = asked ? '' : attribute;
    asked = true;
    return kept;
  });
}

/** If the operator's settings name no page, a short one of ours takes its place: the foot is never empty. */
function foot(): Html {
  const { supportUrl, privacyUrl, termsUrl } = siteLinks();
  const words = m().frame;
  const links: Link[] = [
    { href: docsAddress(), label: words.documentation },
    { href: supportUrl ?? '/help', label: words.help },
    { href: privacyUrl ?? '/privacy', label: words.privacy },
    { href: termsUrl ?? '/terms', label: words.terms },
  ];
  const items = links.map((link) => html`<li><a href="${link.href}">${link.label}</a></li>`);
  return html`<footer class="foot"><ul role="list">${items}</ul>
${languageList()}</footer>`;
}

function languageList(): Html | undefined {
  const links = languageCodes.flatMap((code) => {
    const href = addressIn(code);
    return href === undefined ? [] : [languageLink(code, href)];
  });
  return links.length > 0 ? html`<ul role="list" aria-label="${m().frame.language}">${links}</ul>` : undefined;
}

/** The same page in another language. Each is named in itself, for people who read no other. */
function languageLink(code: Language, href: string): Html {
  const current = code === speech().code && html` aria-current="true"`;
  return html`<li><a href="${href}" lang="${code}" hreflang="${code}" rel="nofollow"${current}>${languages[code].name}</a></li>`;
}
