import { html } from 'hono/html';
import { type App, appIdentity, callName, callText, isTrusted, ownName, seal } from '../app-identity.ts';
import { type Destination, destination } from '../host.ts';
import * as icons from '../icons.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { connectedApps } from '../own-pages.ts';
import { question } from '../question.ts';
import { permissionOf, permissionsOf } from '../scopes.ts';
import type { Html } from '../text.ts';
import { type Before, beforeBox } from './consent-before.ts';
import { type ChangedApp, changedApp } from './consent-changed.ts';
import { type ConsentChoices, durationChoice, readOnlySwitch } from './consent-choices.ts';
import { ledger, upToYou } from './consent-ledger.ts';
import { type ConsentProjects, consentScript, projectChoice } from './consent-projects.ts';
import { route, type Terms, terms } from './consent-terms.ts';

/**
 * What a consent page asks. The scopes in `required` are allowed or denied together; each of `optional` is a checkbox,
 * empty unless it is in `ticked` (what is allowed today, or what was ticked on a page that is shown again). With
 * `before`, the page shows what is new and, below it, what was allowed already: the posted boxes are those of the new
 * scopes alone, and the scopes in `before.granted` stay allowed.
 */
export type ConsentProps = Terms & {
  csrf: string;
  action: string;
  switchAction: string;
  required: string[];
  optional: string[];
  ticked?: string[];
  before?: Before;
  /** The app has access already, and denying does not take it away. */
  keeps?: boolean;
  /** Set for an app that came by itself: the person also chooses for how long. All its scopes are in `optional`. */
  choices?: ConsentChoices;
  /** What the person chooses of their projects; undefined if there is nothing to choose. */
  projects?: ConsentProjects;
  /** Set if the app describes itself, and says something else than when the person allowed it. */
  changed?: ChangedApp;
  problem?: string;
};

/**
 * The consent page. Posts `csrf`, `decision` (`allow` or `deny`) and a `scope` for each tick to `action`; "Not you?"
 * posts `csrf` to `switchAction`. With `choices`, it also posts `duration`, and `read_only` if that is on. Deny is the first button, so Enter never allows. The bar with the answers stays in
 * sight. It is last in the form, so a screen reader and Tab reach it after everything that it decides.
 */
export function consentPage(props: ConsentProps): string {
  const { app } = props;
  const words = m().consent;
  const asked = newlyAsked(props);
  return layout({
    title: `${asked.more ? words.titleMore(callText(app)) : words.title(callText(app))} · VibeCaaS`,
    kind: 'ask',
    main: html`<main id="main">
<form class="sheet" method="post" action="${props.action}">
  <input type="hidden" name="csrf" value="${props.csrf}">
  <div class="who"><div class="keep">
    ${appIdentity(app, 'seal')}
    <h1>${asked.more ? words.headingMore(callName(app)) : question(callName(app), props.choices ? (props.ticked ?? []) : props.required, props.optional)}</h1>
    ${route(props)}
    ${seal(app)}
    ${terms({ ...props, choosesEnd: props.choices !== undefined })}
  </div></div>
  <div class="decide">
    <div class="what">
      ${props.problem && note({ kind: 'bad', icon: icons.wrong, what: props.problem, role: 'alert' })}
      ${props.changed && changedApp(props.changed)}
      ${props.redirectUri !== undefined && destinationWarning(app, destination(props.redirectUri, props.issuer))}
      <h2>${asked.heading}</h2>
      ${upToYou(asked.required, asked.optional)}
      ${props.choices && readOnlySwitch(props.choices)}
      ${ledger(asked, props.ticked ?? [], props.choices?.readOnly !== undefined)}
      ${props.before && beforeBox(app, props.before, [...props.required, ...props.optional])}
      ${props.projects && projectChoice(props.projects)}
      ${props.choices && durationChoice(props.choices)}
      <p class="small quiet ask-more">${afterwards(app, props.keeps ?? props.before !== undefined)}</p>
    </div>
    <div class="act"><div class="pair"><button class="btn" name="decision" value="deny">${words.deny}</button><button class="btn${isTrusted(app) && ' solid'}" name="decision" value="allow">${words.allow}</button></div></div>
  </div>
</form>
<form id="switch" method="post" action="${props.switchAction}"><input type="hidden" name="csrf" value="${props.csrf}"></form>
</main>${consentScript(props.projects)}`,
  });
}

type Asked = { more: boolean; heading: string; required: string[]; optional: string[] };

/**
 * With `before`, only the scopes that are not allowed yet; all of them if nothing is new (the app asked for this page
 * again).
 */
function newlyAsked({ required, optional, before }: ConsentProps): Asked {
  const isNew = (scope: string): boolean => !before?.granted.includes(scope);
  const fresh = { required: required.filter(isNew), optional: optional.filter(isNew) };
  const size = permissionsOf(fresh.required).length + fresh.optional.filter(permissionOf).length;
  if (!before || size === 0) return { more: false, heading: m().consent.asksFor, required, optional };
  return { more: true, heading: m().consent.new(size), ...fresh };
}

/** Warns of a redirect URI that any program here could claim, and names the one thing to check. */
function destinationWarning(app: App, where: Destination): Html | undefined {
  if (where === 'web') return undefined;
  const words = m().consent;
  const what = words.startedProgram(ownName(app));
  const todo = where === 'loopback' ? words.ifNotProgram : words.ifNotApp;
  return note({ kind: 'warn', icon: icons.computer, what, todo });
}

function afterwards(app: App, keeps: boolean): Html {
  const words = m().consent;
  if (keeps) return words.afterKeeps(callName(app), connectedApps());
  if (!isTrusted(app)) return html`${words.afterUnchecked}`;
  return words.afterChecked(connectedApps());
}
