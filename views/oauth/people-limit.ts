import { html } from 'hono/html';
import { type App, appIdentity, callName, callText } from '../app-identity.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
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
  const words = m().consent.full;
  const { developer } = m().errors;
  return layout({
    title: `${words.title(callText(app))} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who">
    ${appIdentity(app, 'owner')}
    <h1>${words.heading(callName(app))}</h1>
    <p>${words.lead(limit)}</p>
  </div>
  <div class="what stack">
    <h2>${m().errors.whatYouCanDo}</h2>
    <p>${words.advice}</p>
    <form method="post" action="${props.action}"><input type="hidden" name="csrf" value="${props.csrf}"><button class="btn" name="decision" value="leave">${words.back}</button></form>
    <form method="post" action="${props.switchAction}"><input type="hidden" name="csrf" value="${props.csrf}"><p>${words.you(name(props.email))} <button class="link">${m().consent.route.notYou}</button></p></form>
    ${supportDetails({
      summary: words.summary,
      rows: html`<dt>${developer.error}</dt><dd>${words.error(html`<code>access_denied</code>`)}</dd>
          <dt>${developer.wrong}</dt><dd>${words.wrong(limit)}</dd>
          <dt>${developer.fix}</dt><dd>${words.fix}</dd>`,
      requestId: props.requestId,
      time: props.time,
    })}
  </div>
</main>`,
  });
}
