import { html } from 'hono/html';
import { type App, appIdentity, seal } from '../app-identity.ts';
import { type Browser, browserName } from '../browser.ts';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { permissionsOf, summary } from '../scopes.ts';
import { type Html, name, plain } from '../text.ts';
import { ago } from '../time.ts';

/**
 * Asks whether the person has started what a device asks for. To open the page decides nothing. Posts `csrf`, `user_code` and
 * `decision` (`confirm` or `deny`) to `/device`. To stop is the first button, so Enter never goes on; neither is solid.
 */
export function deviceConfirmPage(props: {
  csrf: string;
  /** As the device shows it. */
  code: string;
  app: App;
  scopes: string[];
  askedAt: Date;
  now: Date;
  /** The device's address, and whether it is of the network that this browser is in. */
  address: string | undefined;
  sameNetwork: boolean;
  /** What the device says it is. */
  program: Browser | undefined;
  /** The account that is signed in here. */
  email: string | undefined;
}): string {
  const words = m().device.confirm;
  return layout({
    title: `${words.title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><div class="keep">${appIdentity(props.app, 'seal')}
    <h1>${words.heading}</h1>
    ${seal(props.app)}</div></div>
  <div class="what"><form method="post" action="/device" class="stack"><input type="hidden" name="csrf" value="${props.csrf}"><input type="hidden" name="user_code" value="${props.code}">
      <p class="label" id="code">${words.mustShow}</p>
      <p class="code" aria-labelledby="code">${props.code}</p>
      ${note({
        kind: 'warn',
        icon: icons.warning,
        what: props.sameNetwork ? words.here : words.elsewhere,
        todo: props.sameNetwork ? words.hereTodo : words.elsewhereTodo,
      })}
      <div><p class="label">${words.asksFor}</p>${permissionsOf(props.scopes).length > 0 ? summary(props.scopes) : html`<p>${m().consent.nothingAsked}</p>`}</div>
      <dl class="receipt">${rows(props).map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>
      <div class="pair"><button class="btn" name="decision" value="deny">${words.stop}</button><button class="btn" name="decision" value="confirm">${words.go}</button></div>
      <p class="small quiet">${words.nothingYet}</p></form></div>
</main>`,
  });
}

function rows(props: Parameters<typeof deviceConfirmPage>[0]): [label: string, value: Html | string][] {
  const words = m().device.confirm;
  const { address, program, email } = props;
  return [
    [words.asked, ago(props.askedAt, props.now)],
    ...(address === undefined
      ? []
      : [[words.from, html`<span class="mono">${plain(address)}</span>`] satisfies [string, Html]]),
    ...(program ? [[words.by, name(browserName(program))] satisfies [string, Html]] : []),
    ...(email === undefined ? [] : [[words.account, name(email)] satisfies [string, Html]]),
  ];
}
