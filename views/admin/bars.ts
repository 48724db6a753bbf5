import { html } from 'hono/html';
import type { Html } from '../text.ts';

export type Bar = { day: string; count: number };

const [width, height, gap] = [300, 64, 3];

/**
 * A bar for each day, the highest as high as there is room. What a picture can't tell stands in words: the sum, the highest
 * day, and in a fold every day. `noun` is what is counted, in the plural.
 */
export function bars(props: { noun: string; days: Bar[]; table: Html }): Html {
  const { noun, days } = props;
  const most = Math.max(...days.map(({ count }) => count));
  if (most === 0) return html`<p class="quiet">None in ${days.length} days.</p>`;
  const step = width / days.length;
  const drawn = days.map(({ count }, index) => {
    const tall = Math.round((count / most) * height);
    // Whatever was not nothing can be seen.
    const shown = count > 0 ? Math.max(1, tall) : 0;
    return shown > 0 && html`<rect x="${index * step}" y="${height - shown}" width="${step - gap}" height="${shown}"/>`;
  });
  const [first, last] = [days[0]?.day, days.at(-1)?.day];
  const peak = days.findLast(({ count }) => count === most)?.day;
  const said = `${noun} per day from ${first} to ${last}: at most ${number(most)}, on ${peak}`;
  return html`<div><svg class="bars" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${said}">${drawn}</svg>
  <p class="ends-of"><span>${first}</span><span>${last}</span></p>
  <p class="small quiet">At most ${number(most)}, on ${peak}</p>
  <details><summary>As a table<span class="vh">: ${noun} per day</span></summary>${props.table}</details></div>`;
}

/** The same in figures: a line for each day that has any. */
export function dayTable(caption: string, heads: string[], rows: [day: string, ...counts: number[]][]): Html {
  return html`<div class="table days"><table><caption class="vh">${caption}</caption>
    <thead><tr><th scope="col">Day (UTC)</th>${heads.map((head) => html`<th scope="col" class="num">${head}</th>`)}</tr></thead>
    <tbody>${rows.map(([day, ...counts]) => html`<tr><th scope="row">${day}</th>${counts.map((count) => html`<td class="num">${number(count)}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

/** Figures under their names. */
export const figureList = (figures: [name: string, value: Html | string, note?: Html | string][]): Html =>
  html`<dl class="figures">${figures.map(([name, value, note]) => html`<div><dt>${name}</dt><dd>${value}${note && html`<small>${note}</small>`}</dd></div>`)}</dl>`;

export const number = (count: number): string => count.toLocaleString('en');

/** Beside a total of failed requests: over which time, and how many more do not count. */
export const failedNote = (strangers: number, days: number): string =>
  `in ${days} days${strangers > 0 ? `; ${number(strangers)} more of unknown senders` : ''}`;
