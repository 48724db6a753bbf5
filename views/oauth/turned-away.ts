import { html } from 'hono/html';
import { type App, appIdentity } from '../app-identity.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { supportDetails } from '../support-details.ts';
import { type Html, name } from '../text.ts';

/** What a page that takes the place of the consent page needs of the interaction. */
export type TurnedAway = {
  csrf: string;
  action: string;
  switchAction: string;
  app: App;
  email: string;
  requestId: string;
  time: Date;
};

/**
 * Replaces the consent page when this person cannot allow the app now. The way back posts `csrf` and `decision` to `action`.
 * "Not you?" posts `csrf` to `switchAction`: another account may be able to.
 */
export function turnedAwayPage(
  props: TurnedAway,
  reason: {
    decision: 'leave' | 'wait';
    title: string;
    heading: Html;
    lead: Html | string;
    advice: Html | string;
    /** What was wrong and how to fix it, for developers. */
    wrong: Html | string;
    fix: Html | string;
  },
): string {
  const { csrf } = props;
  const { full, route } = m().consent;
  const { developer, whatYouCanDo } = m().errors;
  return layout({
    title: `${reason.title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who">
    ${appIdentity(props.app, 'owner')}
    <h1>${reason.heading}</h1>
    <p>${reason.lead}</p>
  </div>
  <div class="what stack">
    <h2>${whatYouCanDo}</h2>
    <p>${reason.advice}</p>
    <form method="post" action="${props.action}"><input type="hidden" name="csrf" value="${csrf}"><button class="btn" name="decision" value="${reason.decision}">${full.back}</button></form>
    <form method="post" action="${props.switchAction}"><input type="hidden" name="csrf" value="${csrf}"><p>${full.you(name(props.email))} <button class="link">${route.notYou}</button></p></form>
    ${supportDetails({
      summary: full.summary,
      rows: html`<dt>${developer.error}</dt><dd>${full.error(html`<code>access_denied</code>`)}</dd>
          <dt>${developer.wrong}</dt><dd>${reason.wrong}</dd>
          <dt>${developer.fix}</dt><dd>${reason.fix}</dd>`,
      requestId: props.requestId,
      time: props.time,
    })}
  </div>
</main>`,
  });
}
