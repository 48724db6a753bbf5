import { html, raw } from 'hono/html';
import { type App, appIdentity, callName, callText } from '../app-identity.ts';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';

/**
 * The only script of the page: it submits the form. The content security policy of the page has to allow exactly this
 * text.
 */
export const handOverScript = 'document.forms[0].submit()';

/**
 * Carries an answer to the app by a form (`response_mode=form_post`). The form submits itself, or waits for its button
 * where no script runs. `fields` are the parameters for the app; `action` is its redirect URI.
 */
export function handOverPage(props: {
  app: App;
  action: string;
  fields: readonly (readonly [string, string])[];
}): string {
  const { app, action, fields } = props;
  const words = m().consent.handOver;
  return layout({
    title: `${words.title(callText(app))} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who">
    ${appIdentity(app, 'host')}
    <h1>${words.heading(callName(app))}</h1>
    <p>${words.lead}</p>
  </div>
  <div class="what">
    <form method="post" action="${action}" class="stack">
      ${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
      <h2>${words.oneStep}</h2>
      <p class="small quiet">${words.byItself}</p>
      <p><button class="btn solid wide">${words.submit}</button></p>
    </form>
  </div>
</main>
<script>${raw(handOverScript)}</script>`,
  });
}
