import { html } from 'hono/html';
import { type App, appIdentity, callName, callText } from '../app-identity.ts';
import { layout } from '../layout.ts';
import { supportDetails } from '../support-details.ts';
import { name } from '../text.ts';

/**
 * Replaces the consent page when the app is at its user limit and this account is not a user yet. The way back posts
 * `csrf` and `decision=leave` to `action`. "Not you?" posts `csrf` to `switchAction`: another account may be a user
 * already.
 */
export function peopleLimitPage(props: {
  csrf: string;
  action: string;
  switchAction: string;
  app: App;
  email: string;
  limit: number;
  requestId: string;
  time: Date;
}): string {
  const { app, limit } = props;
  const people = limit === 1 ? '1 person' : `${limit.toLocaleString('en')} people`;
  return layout({
    title: `${callText(app)} can’t take more people · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who">
    ${appIdentity(app, 'owner')}
    <h1>${callName(app)} can’t take more people yet</h1>
    <p>Nobody at VibeCaaS has checked who runs this app. Until somebody has, at most ${people} can use it, and that many do. Nothing was shared.</p>
  </div>
  <div class="what stack">
    <h2>What you can do</h2>
    <p>Tell its developer, and try again when the app is verified. People who use it already can go on.</p>
    <form method="post" action="${props.action}"><input type="hidden" name="csrf" value="${props.csrf}"><button class="btn" name="decision" value="leave">Go back to the app</button></form>
    <form method="post" action="${props.switchAction}"><input type="hidden" name="csrf" value="${props.csrf}"><p>You are ${name(props.email)}. <button class="link">Not you?</button></p></form>
    ${supportDetails({
      summary: 'For the developer: what to do, and the request id',
      rows: html`<dt>Error</dt><dd><code>access_denied</code>, once the person goes back</dd>
          <dt>What was wrong</dt><dd>An app that is not verified serves at most ${people}. This one has reached that, and this person had not allowed it before.</dd>
          <dt>How to fix it</dt><dd>Ask VibeCaaS to verify your app: say who runs it, and give its homepage, privacy policy and an address for questions. A person who disconnects it makes room for another.</dd>`,
      requestId: props.requestId,
      time: props.time,
    })}
  </div>
</main>`,
  });
}
