import { html } from 'hono/html';
import { numberList } from './admin/bars.ts';
import { m } from './messages/index.ts';
import { type Html, name, number, plain } from './text.ts';
import { ago } from './time.ts';

const kinds = ['read', 'changed', 'generated', 'other', 'refused'] as const;

/** The calls of a day, as gateways counted them. */
export type UsageOfDay = Readonly<Record<(typeof kinds)[number], number>> & {
  /** YYYY-MM-DD, in UTC. */
  day: string;
  /** The ids of the projects that were called. */
  projects?: readonly string[];
  /** For how many people. */
  people?: number;
};

/** Where and when the last call came from. */
export type LastCall = { at: Date; address?: string | undefined };

const [width, height, gap] = [300, 64, 3];

/**
 * A row of a panel: what an app did in the last days, oldest first, with a bar for each day. Kinds of calls that an app did
 * not make have no figure, except those that everybody looks for.
 */
export function usageSetting(props: { days: readonly UsageOfDay[]; last?: LastCall | undefined; now: Date }): Html {
  const words = m().usage;
  const { days, last, now } = props;
  return html`<section class="setting" aria-labelledby="did"><header><h2 id="did">${words.heading}</h2><p>${words.lead}${last && html` ${lastCall(last, now)}`}</p></header><div>${
    days.some((one) => callsOf(one) > 0) ? pictures(days) : html`<p class="quiet">${words.none}</p>`
  }</div></section>`;
}

function lastCall({ at, address }: LastCall, now: Date): Html {
  const words = m().usage;
  if (!address) return html`${words.last(ago(at, now))}`;
  return words.lastFrom(ago(at, now), html`<span class="mono">${plain(address)}</span>`);
}

/** All calls of a day. */
export const callsOf = (day: UsageOfDay): number => kinds.reduce((sum, kind) => sum + day[kind], 0);

const always = new Set<string>(['read', 'changed', 'refused']);

function pictures(days: readonly UsageOfDay[]): Html {
  const words = m().usage;
  const total = (kind: (typeof kinds)[number]) => days.reduce((sum, day) => sum + day[kind], 0);
  const shown = kinds.filter((kind) => always.has(kind) || total(kind) > 0);
  const max = Math.max(...days.map(callsOf));
  const onlyChanged = !shown.includes('generated') && !shown.includes('other');
  return html`${numberList(shown.map((kind) => [words.kinds[kind], number(total(kind))]))}
    ${picture(days, max, { label: words.said(number(max), number(total('refused'))) })}
    <p class="key-of"><span><i></i>${words.kinds.read}</span><span><i class="more"></i>${onlyChanged ? words.kinds.changed : words.more}</span><span><i class="bad"></i>${words.kinds.refused}</span></p>
    <details><summary>${m().charts.asTable}<span class="vh">: ${words.table}</span></summary>${table(days, shown)}</details>`;
}

/** In a list: a bar for each of the last days, oldest first, and their sum in words. Undefined if there were no calls. */
export function usageBars(days: readonly UsageOfDay[] = []): Html | undefined {
  const max = Math.max(0, ...days.map(callsOf));
  if (max === 0) return undefined;
  const calls = days.reduce((sum, day) => sum + callsOf(day), 0);
  const refused = days.reduce((sum, day) => sum + day.refused, 0);
  return html`<div class="recent">${picture(days, max, { label: undefined, low: true })}<p class="small quiet">${m().usage.recent(calls, days.length, refused)}</p></div>`;
}

/** Without a label, the words beside it say the same. */
function picture(days: readonly UsageOfDay[], max: number, shown: { label: string | undefined; low?: boolean }): Html {
  const { label, low } = shown;
  const said = label === undefined ? html`aria-hidden="true"` : html`role="img" aria-label="${label}"`;
  return html`<svg class="bars${low && ' low'}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" ${said}>${days.map((day, index) => bar(day, index, { max, count: days.length }))}</svg>`;
}

/** Read at the foot, what did more above it, and what was refused at the top. */
function bar(day: UsageOfDay, index: number, { max, count }: { max: number; count: number }): Html {
  const step = width / count;
  const parts = [
    ['', day.read],
    ['more', day.changed + day.generated + day.other],
    ['bad', day.refused],
  ] as const;
  let top = height;
  return html`${parts.map(([kind, calls]) => {
    // A count above zero is always visible.
    const tall = calls > 0 ? Math.max(1, Math.round((calls / max) * (height - 3))) : 0;
    top -= tall;
    return (
      tall > 0 &&
      html`<rect${kind && html` class="${kind}"`} x="${index * step}" y="${top}" width="${step - gap}" height="${tall}"/>`
    );
  })}`;
}

function table(days: readonly UsageOfDay[], shown: readonly (typeof kinds)[number][]): Html {
  const words = m().usage;
  const rows = days.filter((day) => callsOf(day) > 0).toReversed();
  const withProjects = rows.some(({ projects }) => projects !== undefined);
  const withPeople = rows.some(({ people }) => people !== undefined);
  const place = (kind: (typeof kinds)[number]) => (always.has(kind) ? 'num' : 'num mid');
  return html`<div class="table days"><table><caption class="vh">${words.table}</caption>
    <thead><tr><th scope="col">${m().charts.day}</th>${shown.map((kind) => html`<th scope="col" class="${place(kind)}">${words.kinds[kind]}</th>`)}${withPeople && html`<th scope="col" class="num mid">${words.people}</th>`}${withProjects && html`<th scope="col" class="mid">${words.projects}</th>`}</tr></thead>
    <tbody>${rows.map((row) => html`<tr><th scope="row">${row.day}</th>${shown.map((kind) => html`<td class="${place(kind)}">${number(row[kind])}</td>`)}${withPeople && html`<td class="num mid">${number(row.people ?? 0)}</td>`}${withProjects && html`<td class="mid">${(row.projects ?? []).map((id, index) => html`${index > 0 && ', '}${name(id)}`)}</td>`}</tr>`)}</tbody>
  </table></div>`;
}
