/** Which of the person's projects an app asks for, on the consent page. */
import { html } from 'hono/html';
import { m } from '../messages/index.ts';
import type { Html } from '../text.ts';

/** The projects that an app names in its request, by their ids. */
export type ConsentProjects = { asked: readonly string[] };

export function projectChoice({ asked }: ConsentProjects): Html {
  const words = m().consentProjects;
  return html`<fieldset class="ask-more"><legend>${words.legend}</legend>
        <div class="picks"><ul>${asked.map((id) => html`<li><span class="mono">${id}</span></li>`)}</ul><p class="sum">${words.onlyThese}</p></div>
      </fieldset>`;
}
