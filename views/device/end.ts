import { html } from 'hono/html';
import { layout } from '../layout.ts';
import type { Messages } from '../messages/en.ts';
import { m } from '../messages/index.ts';

export type DeviceEnd = keyof Messages['device']['ends'];

/** What became of a code, and what to do next: the last page for a device. */
export function deviceEndPage({ end }: { end: DeviceEnd }): string {
  const { title, lead, next } = m().device.ends[end];
  const way =
    end === 'done'
      ? html`<a class="btn" href="/account/apps">${m().frame.yourConnectedApps}</a>`
      : end !== 'stopped' && html`<a class="btn" href="/device">${m().device.another}</a>`;
  return layout({
    title: `${title} · VibeCaaS`,
    kind: 'short',
    main: html`<main class="sheet" id="main">
  <div class="who"><h1>${title}</h1><p>${lead}</p></div>
  <div class="what stack"><p>${next}</p>${way && html`<p class="row">${way}</p>`}</div>
</main>`,
  });
}
