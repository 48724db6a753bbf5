import { html } from 'hono/html';
import { m } from '../../messages/index.ts';
import { grouped, type Mark, markOf, type Permission, permissionsOf } from '../../scopes.ts';
import { type Html, listed } from '../../text.ts';

const words = () => m().adminClientForm;

export type ScopeAnswers = {
  /** Which scopes are asked about. */
  scopes: readonly string[];
  required: readonly string[];
  optional: readonly string[];
  byDefault: readonly string[];
  /** Whether people are asked, so that something can be optional or a default. */
  people: boolean;
  /** What is wrong with the answers. */
  problem?: Html | undefined;
};

type Answer = 'off' | 'required' | 'optional';

/**
 * One table for everything that a client may ask for: a row per scope, with the fields `scope:<name>` and `default`.
 */
export function scopeTable(answers: ScopeAnswers): Html {
  const { scopes, people, problem } = answers;
  const groups = grouped(scopes.flatMap((scope) => permissionsOf([scope]).map(marked)));
  const heads = people
    ? [words().off, words().required, words().optionalHead, words().byDefault]
    : [words().off, words().allowed];
  const described = problem && html` aria-describedby="scope-problem"`;
  return html`<div class="table scopes"><table role="table"${described}><caption class="vh">${words().scopesCaption(listed(heads.map((head) => html`${head}`)))}</caption>
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">${words().scope}</th>${heads.map((head) => html`<th scope="col" role="columnheader">${head}</th>`)}</tr></thead><tbody role="rowgroup">
    ${groups.map(({ mark, permissions }) => html`${groupRow(mark, heads.length + 1)}${permissions.map(({ scopes: names, title }) => row(names.join(' '), title, answers))}`)}
    </tbody></table></div>
    ${problem && html`<p class="hint no" id="scope-problem" role="alert">${problem}</p>`}`;
}

/** Scopes of the admin API have no words of their own: their names say whether they change anything. */
const marked = (permission: Permission): Permission =>
  permission.scopes.every((scope) => scope.endsWith(':read')) ? { ...permission, mark: 'see' } : permission;

const groupRow = (mark: Mark, columns: number): Html =>
  html`<tr class="group" role="row"><th scope="colgroup" colspan="${columns}" role="rowheader">${markOf(mark)}</th></tr>`;

function row(scope: string, title: string, { required, optional, byDefault, people }: ScopeAnswers): Html {
  const now: Answer = optional.includes(scope) ? 'optional' : required.includes(scope) ? 'required' : 'off';
  const choices: [Answer, string][] = people
    ? [
        ['off', words().off],
        ['required', words().required],
        ['optional', words().optionalHead],
      ]
    : [
        ['off', words().off],
        ['required', words().allowed],
      ];
  const cells = choices.map(
    ([answer, label]) =>
      html`<td role="cell"><label><input type="radio" name="scope:${scope}" value="${answer}"${answer === now && html` checked`}><span class="vh">${label}<span class="vh">: ${scope}</span></span></label></td>`,
  );
  const box =
    people &&
    html`<td role="cell"><label><input type="checkbox" name="default" value="${scope}"${byDefault.includes(scope) && html` checked`}><span class="vh">${words().byDefault}<span class="vh">: ${scope}</span></span></label></td>`;
  const said = scope === 'ai:generate' ? words().aiOnTheirs : title;
  const what = title === scope ? '' : html` <span class="small quiet">${said}</span>`;
  return html`<tr role="row"><th scope="row" role="rowheader"><code>${scope}</code>${what}</th>${cells}${box}</tr>`;
}
