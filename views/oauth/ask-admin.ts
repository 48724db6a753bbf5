import { html } from 'hono/html';
import { type App, appIdentity, callName, callText } from '../app-identity.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { supportDetails } from '../support-details.ts';
import { name } from '../text.ts';

/**
 * Replaces the consent page while an admin has to allow the app first. The way back posts `csrf` and `decision=wait` to `action`.
 * "Not you?" posts `csrf` to `switchAction`.
 */
export function askAdminPage(props: {
  csrf: string;
  action: string;
  switchAction: string;
  app: App;
  email: string;
  requestId: string;
  time: Date;
}): string {
  const { app, csrf } = props;
  const words = m().thirdParty.ask;
  const { full, route } = m().consent;
  const { developer } = m().errors;
  return layout({
    title: `${words.title(callText(app))} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who">
    ${appIdentity(app, 'owner')}
    <h1>${words.heading(callName(app))}</h1>
    <p>${words.lead}</p>
  </div>
  <div class="what stack">
    <h2>${m().errors.whatYouCanDo}</h2>
    <p>${words.next}</p>
    <form method="post" action="${props.action}"><input type="hidden" name="csrf" value="${csrf}"><button class="btn" name="decision" value="wait">${full.back}</button></form>
    <form method="post" action="${props.switchAction}"><input type="hidden" name="csrf" value="${csrf}"><p>${full.you(name(props.email))} <button class="link">${route.notYou}</button></p></form>
    ${supportDetails({
      summary: full.summary,
      rows: html`<dt>${developer.error}</dt><dd>${full.error(html`<code>access_denied</code>`)}</dd>
          <dt>${developer.wrong}</dt><dd>${words.wrong}</dd>
          <dt>${developer.fix}</dt><dd>${words.fix}</dd>`,
      requestId: props.requestId,
      time: props.time,
    })}
  </div>
</main>`,
  });
}
