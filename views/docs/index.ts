import { html, raw } from 'hono/html';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { type Html, inEnglish } from '../text.ts';

/** One file of the documentation. */
type Document = { readonly name: string; readonly title: string; readonly summary: string };

/** The list of all documents. They are English in every language; what is around them is not. */
export function docsIndexPage({ documents }: { documents: readonly Document[] }): string {
  const words = m().docs;
  const items = documents.map(
    ({ name, title, summary }) =>
      html`<li><a href="/docs/${name}"><b>${title}</b></a><p class="small quiet">${summary}</p></li>`,
  );
  return inFrame({
    title: words.title,
    documents,
    content: html`<header><div><h1>${words.title}</h1><p>${words.lead}</p></div></header>
<div class="panel"><div class="stack"><ul class="stack" role="list"${inEnglish()}>${items}</ul></div></div>
<p class="small quiet">${words.asMarkdown(html`<a href="/llms.txt">llms.txt</a>`)}</p>`,
  });
}

/** A document. `html` is the rendered file, and safe: it comes from us and contains no HTML of its own. */
export function docsPage(props: {
  documents: readonly Document[];
  name: string;
  heading: string;
  html: string;
  contents: readonly { readonly id: string; readonly text: string }[];
}): string {
  const words = m().docs;
  const title = props.documents.find(({ name }) => name === props.name)?.title ?? '';
  const parts = props.contents.map(({ id, text }) => html`<li><a href="#${id}">${text}</a></li>`);
  return inFrame({
    title,
    documents: props.documents,
    current: props.name,
    content: html`<article class="doc"${inEnglish()}>
<h1>${props.heading}</h1>
${parts.length > 2 && html`<details class="contents"><summary>${words.contents}</summary><ul>${parts}</ul></details>`}
${raw(props.html)}</article>
<p class="small quiet">${words.samePage(html`<a href="/docs/${props.name}.md">${props.name}.md</a>`)}</p>`,
  });
}

function inFrame(props: { title: string; documents: readonly Document[]; current?: string; content: Html }): string {
  const words = m().docs;
  const items = props.documents.map(
    ({ name, title }) =>
      html`<li><a href="/docs/${name}"${name === props.current && html` aria-current="page"`}>${title}</a></li>`,
  );
  return layout({
    title: `${props.title} · VibeCaaS`,
    area: words.area,
    main: html`<div class="frame">
<nav class="side" aria-label="${words.navigation}"><ul role="list"${inEnglish()}>${items}</ul></nav>
<main class="page" id="main">
${props.content}
</main>
</div>`,
  });
}
