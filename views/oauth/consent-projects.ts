/** Which of the person's projects an app may use, on the consent page. */
import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import { findingScript, type ProjectPicker, type ProjectRow, projectPicker, projectRow } from '../project-picker.ts';
import type { Html } from '../text.ts';

export type ConsentProjects =
  | {
      /** The app names projects: only these can be allowed. */
      kind: 'named';
      rows: readonly ProjectRow[];
      /** Named projects that are not the person's. */
      foreign: number;
      /** Not every permission is for every project. */
      varied: boolean;
      /** The platform's API does not say which projects there are. */
      unavailable: boolean;
    }
  /** The person chooses among all of theirs. */
  | ({ kind: 'any' } & ProjectPicker);

export function projectChoice(props: ConsentProjects): Html {
  const words = m().consentProjects;
  return html`<fieldset class="ask-more"><legend>${words.legend}</legend>
        ${props.kind === 'named' ? named(props) : projectPicker(props, words)}
      </fieldset>`;
}

/** The script of the search, where the page has one. */
export function consentScript(props: ConsentProjects | undefined): Html | false {
  return props?.kind === 'any' && findingScript(props);
}

function named({ rows, foreign, varied, unavailable }: Extract<ConsentProjects, { kind: 'named' }>): Html {
  const words = m().consentProjects;
  return html`${unavailable && note({ kind: 'warn', icon: icons.clock, what: words.onlyIds })}
        ${foreign > 0 && note({ kind: 'warn', icon: icons.wrong, what: words.foreign(foreign) })}
        <div class="picks"><ul>${rows.map(projectRow)}</ul><p class="sum">${words.onlyThese}${varied && ` ${words.varied}`}</p></div>`;
}
