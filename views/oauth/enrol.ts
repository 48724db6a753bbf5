import { html, raw } from 'hono/html';
import { type App, appIdentity } from '../app-identity.ts';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { name, plain } from '../text.ts';

/** A QR code as one path: lines of height 1 on a square of `size`. */
export type QrCode = { size: number; path: string };

/** Why somebody sets up a second step who did not ask for it. */
export type EnrolReason = 'admin' | 'everyone' | 'app';

/**
 * The first page of turning on the second step. Posts `csrf`, `enrolment` and `otp` to `action`. "Not now" is a link, or in the
 * sign-in for an app a form that posts `csrf`; without `notNow` the person cannot go on without it.
 */
export function enrolPage(props: {
  csrf: string;
  action: string;
  /** The secret, sealed for this account. */
  enrolment: string;
  qr: QrCode;
  /** Base32. */
  secret: string;
  email: string;
  app?: App;
  why?: EnrolReason | undefined;
  notNow?: { href: string } | { action: string };
  wrong?: boolean;
}): string {
  const { qr, wrong, notNow } = props;
  const { enrol: words, go, wrong: wrongCode } = m().secondStep;
  const state = wrong && html` aria-invalid="true" aria-describedby="problem" autofocus`;
  return layout({
    title: `${words.title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep">${props.app && appIdentity(props.app, 'host')}<p class="small quiet${props.app && ' field'}">${words.step(1)}</p><h1>${words.heading}</h1>${props.why && html`<p><b>${words.why[props.why]}</b></p>`}<p>${words.lead}</p><p>${words.anyApp}</p></div></div>
  <div class="what"><form method="post" action="${props.action}" class="stack"><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="enrolment" value="${props.enrolment}"><h2>${words.scan}</h2>
      <div><svg class="qr" viewBox="-4 -4 ${qr.size + 8} ${qr.size + 8}" role="img" aria-label="${words.qr}" shape-rendering="crispEdges"><path d="${qr.path}"/></svg></div>
      <details><summary>${words.cannotScan}</summary><div class="block stack"><p class="key">${props.secret.replace(/(.{4})(?=.)/g, '$1 ')}</p><p class="small quiet">${words.account(name(props.email))}</p></div></details>
      <h2 class="field">${words.type}</h2>
      ${wrong && note({ kind: 'bad', icon: icons.wrong, what: wrongCode, todo: words.wrongTodo, role: 'alert', id: 'problem' })}
      <p class="field"><label for="otp">${words.code}</label><input class="code" id="otp" name="otp" inputmode="numeric" autocomplete="one-time-code" maxlength="7" placeholder="000 000" required${state}></p>
      ${notNow ? html`<div class="pair">${'href' in notNow ? html`<a class="btn" href="${notNow.href}">${words.notNow}</a>` : html`<button class="btn" form="not-now">${words.notNow}</button>`}<button class="btn solid">${go}</button></div>` : html`<p class="field"><button class="btn solid wide">${go}</button></p>`}</form></div>
</main>${notNow && 'action' in notNow && html`<form method="post" action="${notNow.action}" id="not-now"><input type="hidden" name="csrf" value="${props.csrf}"></form>`}`,
  });
}

/**
 * The recovery codes, on the only page that shows them. Posts `csrf` and `saved` to `action`. The content security policy of the
 * page has to allow `codesScript`. `enrolled`: the second step was turned on just now.
 */
export function recoveryCodesPage(props: {
  csrf: string;
  action: string;
  codes: readonly string[];
  email: string;
  made: Date;
  enrolled: boolean;
}): string {
  const { codes, enrolled } = props;
  const {
    codes: words,
    enrol: { step },
  } = m().secondStep;
  const day = props.made.toISOString().slice(0, 10);
  const file = [words.fileHead(plain(props.email), day), ...codes].join('\r\n');
  return layout({
    title: `${words.title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep">${enrolled && html`<p class="small quiet">${step(2)}</p>`}<h1>${words.title}</h1><p>${words.lead}</p></div></div>
  <div class="what">${note(enrolled ? { kind: 'good', icon: icons.tick, what: words.isOn, todo: words.connected, role: 'status' } : { kind: 'good', icon: icons.tick, what: words.fresh, todo: words.old, role: 'status' })}
    <h2>${words.ten}</h2>
    <ol class="codes" id="codes" role="list">${codes.map((code) => html`<li>${code}</li>`)}</ol>
    <div class="field"><p class="row"><a class="btn less" href="data:text/plain;charset=utf-8,${encodeURIComponent(file)}" download="vibecaas-recovery-codes.txt">${words.file}</a><button class="btn less" type="button" data-print hidden>${words.print}</button><button class="btn less" type="button" data-copy-codes data-copied="${words.copied}" hidden>${icons.copy}<span aria-live="polite">${words.copy}</span></button></p></div>
    <form method="post" action="${props.action}" class="field"><input type="hidden" name="csrf" value="${props.csrf}"><p class="field scope"><input type="checkbox" name="saved" id="saved" required><span><label for="saved">${words.saved}</label></span></p><p class="field"><button class="btn solid wide">${words.done}</button></p></form></div>
</main><script>${raw(codesScript)}</script>`,
  });
}

/** Shows the buttons that need a script, and handles their clicks. */
export const codesScript = `const print = document.querySelector('[data-print]');
print.hidden = false;
print.addEventListener('click', () => window.print());
const copy = document.querySelector('[data-copy-codes]');
copy.hidden = !navigator.clipboard;
copy.addEventListener('click', async () => {
  const codes = [...document.querySelectorAll('#codes li')].map((code) => code.textContent);
  await navigator.clipboard.writeText(codes.join('\\n'));
  copy.querySelector('span').textContent = copy.dataset.copied;
});`;
