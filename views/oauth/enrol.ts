import { html, raw } from 'hono/html';
import { type App, appIdentity } from '../app-identity.ts';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { note } from '../note.ts';
import { type Html, name, plain } from '../text.ts';

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
  const state = wrong && html` aria-invalid="true" aria-describedby="problem" autofocus`;
  return layout({
    title: `${texts.enrolTitle} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep">${props.app && appIdentity(props.app, 'host')}<p class="small quiet">${texts.step(1)}</p><h1>${texts.enrolHeading}</h1>${props.why && html`<p><b>${texts.why[props.why]}</b></p>`}<p>${texts.enrolLead}</p><p>${texts.anyApp}</p></div></div>
  <div class="what"><form method="post" action="${props.action}" class="stack"><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="enrolment" value="${props.enrolment}"><h2>1. ${texts.scan}</h2>
      <div><svg class="qr" viewBox="-4 -4 ${qr.size + 8} ${qr.size + 8}" role="img" aria-label="${texts.qr}" shape-rendering="crispEdges"><path d="${qr.path}"/></svg></div>
      <details><summary>${texts.cannotScan}</summary><div class="block stack"><p class="key">${props.secret.replace(/(.{4})(?=.)/g, '$1 ')}</p><p class="small quiet">${texts.account(name(props.email))}</p></div></details>
      <h2 class="field">2. ${texts.type}</h2>
      ${wrong && note({ kind: 'bad', icon: icons.wrong, what: texts.wrong, todo: texts.wrongTodo, role: 'alert', id: 'problem' })}
      <p class="field"><label for="otp">${texts.code}</label><input class="code" id="otp" name="otp" inputmode="numeric" autocomplete="one-time-code" maxlength="7" placeholder="000 000" required${state}></p>
      ${notNow ? html`<div class="pair">${'href' in notNow ? html`<a class="btn" href="${notNow.href}">${texts.notNow}</a>` : html`<button class="btn" form="not-now">${texts.notNow}</button>`}<button class="btn solid">${texts.go}</button></div>` : html`<p class="field"><button class="btn solid wide">${texts.go}</button></p>`}</form></div>
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
  const day = props.made.toISOString().slice(0, 10);
  const file = [texts.fileHead(plain(props.email), day), ...codes].join('\r\n');
  return layout({
    title: `${texts.codesTitle} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep">${enrolled && html`<p class="small quiet">${texts.step(2)}</p>`}<h1>${texts.codesTitle}</h1><p>${texts.codesLead}</p></div></div>
  <div class="what">${note(enrolled ? { kind: 'good', icon: icons.tick, what: texts.isOn, todo: texts.connected, role: 'status' } : { kind: 'good', icon: icons.tick, what: texts.newCodes, todo: texts.oldCodes, role: 'status' })}
    <h2>${texts.tenCodes}</h2>
    <ol class="codes" id="codes" role="list">${codes.map((code) => html`<li>${code}</li>`)}</ol>
    <div class="field"><p class="row"><a class="btn less" href="data:text/plain;charset=utf-8,${encodeURIComponent(file)}" download="vibecaas-recovery-codes.txt">${texts.file}</a><button class="btn less" type="button" data-print hidden>${texts.print}</button><button class="btn less" type="button" data-copy-codes data-copied="${texts.copied}" hidden>${icons.copy}<span aria-live="polite">${texts.copy}</span></button></p></div>
    <form method="post" action="${props.action}" class="field"><input type="hidden" name="csrf" value="${props.csrf}"><p class="field scope"><input type="checkbox" name="saved" id="saved" required><span><label for="saved">${texts.saved}</label></span></p><p class="field"><button class="btn solid wide">${texts.done}</button></p></form></div>
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

const texts = {
  enrolTitle: 'Turn on the second step',
  step: (n: 1 | 2): string => `Step ${n} of 2`,
  enrolHeading: 'Connect your authenticator app',
  enrolLead:
    'From then on a sign-in needs your password and a code from your phone. A stolen password alone is worth nothing.',
  anyApp: 'Any authenticator app will do; the one in your password manager too.',
  why: {
    admin: 'Admins need a second step.',
    everyone: 'Everybody here needs a second step.',
    app: 'This app asks for a second step.',
  },
  scan: 'Scan this with the app',
  qr: 'QR code with the same key as the text below it',
  cannotScan: 'Can’t scan it? Type the key instead',
  account: (email: Html): Html => html`Account: ${email}. Kind: time-based, 6 digits, 30 seconds.`,
  type: 'Type the code it shows',
  code: 'Code',
  wrong: 'That code didn’t work.',
  wrongTodo: 'Take the one that the app shows now. If it keeps failing, look whether your phone’s clock is right.',
  notNow: 'Not now',
  go: 'Continue',
  codesTitle: 'Save your recovery codes',
  codesLead:
    'They let you in when your phone is lost. Each works once. Keep them where you keep things you can’t lose: a password manager, or paper in a drawer.',
  isOn: 'The second step is on.',
  connected: 'Your app is connected.',
  newCodes: 'These are your new codes.',
  oldCodes: 'The old ones don’t work any more.',
  tenCodes: 'Your ten codes, shown only now',
  file: 'Save as a file',
  fileHead: (email: string, day: string): string => `VibeCaaS recovery codes of ${email}, made ${day}`,
  print: 'Print',
  copy: 'Copy',
  copied: 'Copied',
  saved: 'I have saved them',
  done: 'Done',
};
