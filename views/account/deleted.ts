import { html } from 'hono/html';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';

/** What somebody reads who has just deleted their account. */
export function accountDeletedPage(): string {
  const words = m().ownPages.deleted;
  return layout({
    title: `${words.title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><h1>${words.heading}</h1><p>${words.lead}</p></div>
  <div class="what stack"><h2>${words.kept}</h2><p>${words.keptLine}</p><p class="row"><a class="btn" href="/">${words.home}</a></p></div>
</main>`,
  });
}
