import { html } from 'hono/html';
import { layout } from '../layout.ts';

const words = {
  title: 'Account deleted',
  heading: 'Your account is deleted',
  lead: 'Every session and every app’s access has ended.',
  kept: 'What is left',
  keptLine:
    'A record of what happened, under a number that nobody can match with your name or your address. Projects are deleted in the dashboard.',
  home: 'To the first page',
};

/** What somebody reads who has just deleted their account. */
export function accountDeletedPage(): string {
  return layout({
    title: `${words.title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><h1>${words.heading}</h1><p>${words.lead}</p></div>
  <div class="what stack"><h2>${words.kept}</h2><p>${words.keptLine}</p><p class="row"><a class="btn" href="/">${words.home}</a></p></div>
</main>`,
  });
}
