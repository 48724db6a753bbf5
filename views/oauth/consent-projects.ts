/** Which of the person's projects an app may use, on the consent page. Posts `projects` (`all` or `only`), and a `project` for each tick. */
import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import type { Html } from '../text.ts';

type Row = { id: string; name: string; ticked: boolean };

/** `unavailable`: the platform's API does not say which projects there are. */
export type ConsentProjects =
  | {
      /** The app names projects: only these can be allowed. */
      kind: 'named';
      rows: readonly Row[];
      /** Named projects that are not the person's. */
      foreign: number;
      unavailable: boolean;
    }
  | {
      /** The person chooses among all of theirs. */
      kind: 'any';
      mode: 'all' | 'only';
      rows: readonly Row[];
      /** Ticked, and not among the rows. */
      kept: readonly string[];
      /** How many projects there are, and how many of them the search found. */
      total: number;
      found: number;
      find: string;
      unavailable: boolean;
    };

export function projectChoice(props: ConsentProjects): Html {
  return props.kind === 'named' ? named(props) : any(props);
}

/** Searches while somebody types, where the page has every row. Without it, the button searches. */
export const findProjectsScript = `(() => {
  const list = document.querySelector('.picks ul[data-all]');
  const box = document.getElementById('find');
  if (!list || !box) return;
  const said = document.querySelector('.picks .sum');
  const before = said.textContent;
  document.getElementById('find-go').hidden = true;
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault();
  });
  box.addEventListener('input', () => {
    const wanted = box.value.trim().toLowerCase();
    let shown = 0;
    for (const row of list.children) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      if (!row.hidden) shown += 1;
    }
    said.textContent = shown > 0 ? before : list.dataset.none;
  });
})();`;

/** Whether the page needs the script. */
export function searchesItself(props: ConsentProjects | undefined): boolean {
  return props?.kind === 'any' && showsSearch(props) && props.rows.length === props.total;
}

type Any = Extract<ConsentProjects, { kind: 'any' }>;

const showsSearch = ({ total }: Any): boolean => total > 8;

function named({ rows, foreign, unavailable }: Extract<ConsentProjects, { kind: 'named' }>): Html {
  const words = m().consentProjects;
  return html`<fieldset class="ask-more"><legend>${words.legend}</legend>
        ${unavailable && note({ kind: 'warn', icon: icons.clock, what: words.onlyIds })}
        ${foreign > 0 && note({ kind: 'warn', icon: icons.wrong, what: words.foreign(foreign) })}
        <div class="picks"><ul>${rows.map(row)}</ul><p class="sum">${words.onlyThese}</p></div>
      </fieldset>`;
}

function any(props: Any): Html {
  const words = m().consentProjects;
  if (props.total === 0) {
    const what = props.unavailable ? words.unavailable : words.empty;
    return html`<fieldset class="ask-more"><legend>${words.legend}</legend><input type="hidden" name="projects" value="all">
        ${note({ icon: icons.clock, what, ...(props.unavailable && { kind: 'warn' as const, todo: words.allOrNothing }) })}
      </fieldset>`;
  }
  return html`<fieldset class="ask-more"><legend>${words.legend}</legend>
        ${props.unavailable && note({ kind: 'warn', icon: icons.clock, what: words.unavailable, todo: words.onlyKnown })}
        <div class="seg two">
          <label><input type="radio" name="projects" value="all"${props.mode === 'all' && html` checked`}><span><b>${words.all}</b><small>${words.allWhat}</small></span></label>
          <label><input type="radio" name="projects" value="only"${props.mode === 'only' && html` checked`}><span><b>${words.only}</b><small>${words.onlyWhat}</small></span></label>
        </div>
        <div class="picks">
          ${props.kept.map((id) => html`<input type="hidden" name="project" value="${id}">`)}
          ${showsSearch(props) && search(props)}
          ${picks(props)}
        </div>
      </fieldset>`;
}

function search({ find }: Any): Html {
  const words = m().consentProjects;
  return html`<p class="find"><label class="vh" for="find">${words.search}</label><input class="less" type="search" id="find" name="find" value="${find}" placeholder="${words.search}" autocomplete="off"><button class="btn less" id="find-go" name="decision" value="find">${words.searchButton}</button></p>`;
}

function picks(props: Any): Html {
  const { rows, found, kept } = props;
  const words = m().consentProjects;
  const sum = found === 0 ? words.notFound : rows.length < found ? words.first(rows.length, found) : words.count(found);
  const also = kept.length > 0 ? ` ${words.kept(kept.length)}` : '';
  const all = searchesItself(props) && html` data-all data-none="${words.notFound}"`;
  return html`<ul${all}>${rows.map(row)}</ul>
          <p class="sum" role="status">${sum}${also}</p>`;
}

function row({ id, name, ticked }: Row, index: number): Html {
  return html`<li><input type="checkbox" name="project" value="${id}" id="project-${index}"${ticked && html` checked`}><label for="project-${index}"><bdi>${name}</bdi>${name !== id && html` <span class="opt">${id}</span>`}</label></li>`;
}
