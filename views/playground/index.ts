import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { type Html, plain } from '../text.ts';
import { clock } from '../time.ts';

const words = () => m().playground.page;

/** One request as it went over the wire, and its response. `ok` says whether the response is the expected one. */
type Exchange = { request: string; response: string; status: string; ok: boolean; sentAt: Date };

export type PlaygroundStep = {
  title: string;
  lead: string;
  state: 'done' | 'now' | 'later';
  /** "200 · 12 ms": the result. */
  outcome?: { text: string; ok: boolean };
  exchange?: Exchange;
  /** The same request as a command, and what to know before pasting it. */
  curl?: { title: string; command: string; hint?: string };
  /** The claims of an access token, and how long it still lives. */
  decoded?: { claims: string; secondsLeft: number };
  /** The button on to the next step. */
  next?: { action: string; label: string };
};

/** The playground: every step of an authorization as a real request, the current one open. */
export function playgroundPage(props: {
  csrf: string;
  steps: PlaygroundStep[];
  /** The address of the API that the steps call, with its version. */
  api: string;
  notice?: { what: string; todo: string } | undefined;
}): string {
  const csrf = html`<input type="hidden" name="csrf" value="${props.csrf}">`;
  return layout({
    title: words().title,
    area: words().area,
    bar: html`<p class="me"><a href="/">${words().about}</a></p>`,
    main: html`<main class="page" id="main">
  <header><div><h1>${words().heading}</h1><p>${words().lead}</p></div>
    <form method="post" action="/playground/restart">${csrf}<button class="btn less">${words().restart}</button></form></header>
  ${props.notice && note({ kind: 'warn', icon: icons.warning, ...props.notice, role: 'status' })}
  <ol class="panel steps">
    ${props.steps.map((step) => item(step, csrf))}
  </ol>
  <p class="small quiet field"><a href="/playground/leaked">${m().leaked.demo.link}</a></p>
  ${withKey(props.api)}
</main>`,
  });
}

/** The other way to the same API. */
function withKey(api: string): Html {
  const { heading, lead, make } = m().playground.key;
  return html`<section class="panel field" aria-labelledby="key"><div class="setting"><header><h2 id="key">${heading}</h2><p>${lead}</p></header><div class="stack"><pre class="block">curl ${api}/projects \\
  -H "Authorization: Bearer $VIBECAAS_API_KEY"</pre><p><a class="btn less" href="/account/api-keys/new">${make}</a></p></div></div></section>`;
}

function item(step: PlaygroundStep, csrf: Html): Html {
  const current = step.state === 'now' && html` aria-current="step" id="now"`;
  return html`<li class="${step.state}"${current}><div class="step">
      <header><h2>${plain(step.title)}</h2>${step.outcome && html` <span class="${step.outcome.ok ? 'ok' : 'no'} small">${plain(step.outcome.text)}</span>`}<p>${plain(step.lead)}</p></header>
      ${step.state === 'now' && open(step)}${step.state === 'done' && folded(step)}
      ${step.next && html`<form method="post" action="${step.next.action}" class="row">${csrf}<button class="btn solid">${plain(step.next.label)}</button></form>`}
    </div></li>`;
}

function open(step: PlaygroundStep): Html | undefined {
  const { exchange, decoded, curl } = step;
  if (!exchange) return undefined;
  return html`<div class="panes">
        ${wire(exchange)}
        ${
          decoded &&
          html`<figure class="pane"><figcaption><span>${words().decoded}</span><span>${timeLeft(decoded.secondsLeft)}</span></figcaption><pre>${emphasised(decoded.claims)}</pre></figure>`
        }
        ${curl && html`<div><details open><summary>${curl.title}</summary><div class="stack"><pre class="block">${plain(curl.command)}</pre>${curl.hint && html`<p class="small quiet">${curl.hint}</p>`}</div></details></div>`}
      </div>`;
}

function folded({ exchange, title }: PlaygroundStep): Html | undefined {
  if (!exchange) return undefined;
  return html`<details><summary>${words().folded}<span class="vh">: ${plain(title)}</span></summary><p class="small quiet">${words().sentAt(clock(exchange.sentAt))}</p><div class="panes">${wire(exchange)}</div></details>`;
}

function wire(exchange: Exchange): Html {
  const outcome = html`<span class="${exchange.ok ? 'ok' : 'no'}">${plain(exchange.status)}</span>`;
  return html`<figure class="pane"><figcaption><span>${words().request}</span></figcaption><pre>${emphasised(exchange.request)}</pre></figure>
        <figure class="pane"><figcaption><span>${words().response}</span><span>${outcome}</span></figcaption><pre>${emphasised(exchange.response)}</pre></figure>`;
}

/** The first line of a request and the names in JSON stand out. */
function emphasised(text: string): Html[] {
  const lines = text.split('\n');
  return lines.map((line, index) => {
    const end = index === lines.length - 1 ? '' : '\n';
    const name = /^(\s*)("[\w-]+")(:.*)$/.exec(line);
    if (name) return html`${name[1]}<b>${name[2]}</b>${name[3]}${end}`;
    if (index === 0 && /^(GET|POST) /.test(line)) return html`<b>${line}</b>${end}`;
    return html`${line}${end}`;
  });
}

function timeLeft(seconds: number): string {
  if (seconds <= 0) return words().expired;
  return seconds >= 60 ? words().minutesLeft(Math.floor(seconds / 60), seconds % 60) : words().secondsLeft(seconds);
}
