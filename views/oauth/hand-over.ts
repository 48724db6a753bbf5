import { html, raw } from 'hono/html';
import { type App, appIdentity, callName, callText } from '../app-identity.ts';
import { layout } from '../layout.ts';

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
  return layout({
    title: `Back to ${callText(app)} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who">
    ${appIdentity(app, 'host')}
    <h1>Back to ${callName(app)}</h1>
    <p>Your answer is on its way.</p>
  </div>
  <div class="what">
    <form method="post" action="${action}" class="stack">
      ${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
      <h2>One step is left</h2>
      <p class="small quiet">It happens by itself. If this page stays, press Continue.</p>
      <p><button class="btn solid wide">Continue</button></p>
    </form>
  </div>
</main>
<script>${raw(handOverScript)}</script>`,
  });
}
