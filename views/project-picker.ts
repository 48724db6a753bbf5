/**
 * All of a person's projects or some of them: for an app that asks, and for an API key. Posts `projects` (`all` or `only`), a `project`
 * for each tick, and `decision=find` with `find` for a search.
 */
import { html, raw } from 'hono/html';
import * as icons from './icons.ts';
import { m } from './messages/index.ts';
import { note } from './note.ts';
import type { Html } from './text.ts';

export type ProjectRow = { id: string; name: string; ticked: boolean };

export type ProjectPicker = {
  mode: 'all' | 'only';
  rows: readonly ProjectRow[];
  /** Ticked, and not among the rows. */
  kept: readonly string[];
  /** How many projects there are, and how many of them the search found. */
  total: number;
  found: number;
  find: string;
  /** The platform's API does not say which projects there are. */
  unavailable: boolean;
};

/** What the choice means for who gets the projects. */
export type PickerWords = { onlyWhat: string; empty: string; allOrNothing: string };

/** Belongs into a fieldset whose legend says which projects these are. */
export function projectPicker(props: ProjectPicker, { onlyWhat, empty, allOrNothing }: PickerWords): Html {
  const words = m().consentProjects;
  if (props.total === 0) {
    const what = props.unavailable ? words.unavailable : empty;
    return html`<input type="hidden" name="projects" value="all">
        ${note({ icon: icons.clock, what, ...(props.unavailable && { kind: 'warn' as const, todo: allOrNothing }) })}`;
  }
  return html`${props.unavailable && note({ kind: 'warn', icon: icons.clock, what: words.unavailable, todo: words.onlyKnown })}
        <div class="seg two">
          <label><input type="radio" name="projects" value="all"${props.mode === 'all' && html` checked`}><span><b>${words.all}</b><small>${words.allWhat}</small></span></label>
          <label><input type="radio" name="projects" value="only"${props.mode === 'only' && html` checked`}><span><b>${words.only}</b><small>${onlyWhat}</small></span></label>
        </div>
        <div class="picks">
          ${props.kept.map((id) => html`<input type="hidden" name="project" value="${id}">`)}
          ${showsSearch(props) && search(props)}
          ${picks(props)}
        </div>`;
}

/** Searches while somebody types, where the page has every row. Without it, the button searches. */
export const findProjectsScript = `(() => {
  const list = document.querySelector('.picks ul[data-all]');
  const box = document.getElementById('find');
  if (!list || !box) return;
  const said = document.querySelector('.picks .sum');
  const before = said.textContent;
  // Enter presses the first button of a form, unless that is disabled.
  const go = document.getElementById('find-go');
  go.disabled = go.hidden = true;
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

/** Belongs at the end of a page whose picker searches by itself. The content security policy has to allow `findProjectsScript`. */
export function findingScript(picker: ProjectPicker | undefined): Html | false {
  return (
    searchesItself(picker) &&
    html`
<script>${raw(findProjectsScript)}</script>`
  );
}

/** Whether the page has every row, so that the script can search. */
export function searchesItself(picker: ProjectPicker | undefined): boolean {
  return picker !== undefined && showsSearch(picker) && picker.rows.length === picker.total;
}

const showsSearch = ({ total }: ProjectPicker): boolean => total > 8;

function search({ find }: ProjectPicker): Html {
  const words = m().consentProjects;
  return html`<p class="find"><label class="vh" for="find">${words.search}</label><input class="less" type="search" id="find" name="find" value="${find}" placeholder="${words.search}" autocomplete="off"><button class="btn less" id="find-go" name="decision" value="find">${words.searchButton}</button></p>`;
}

function picks(props: ProjectPicker): Html {
  const { rows, found, kept } = props;
  const words = m().consentProjects;
  const sum = found === 0 ? words.notFound : rows.length < found ? words.first(rows.length, found) : words.count(found);
  const also = kept.length > 0 ? ` ${words.kept(kept.length)}` : '';
  const all = searchesItself(props) && html` data-all data-none="${words.notFound}"`;
  return html`<ul${all}>${rows.map(projectRow)}</ul>
          <p class="sum" role="status">${sum}${also}</p>`;
}

export function projectRow({ id, name, ticked }: ProjectRow, index: number): Html {
  return html`<li><input type="checkbox" name="project" value="${id}" id="project-${index}"${ticked && html` checked`}><label for="project-${index}"><bdi>${name}</bdi>${name !== id && html` <span class="opt">${id}</span>`}</label></li>`;
}
