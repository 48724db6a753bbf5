import { html } from 'hono/html';
import { m } from '../messages/index.ts';
import { type Html, number } from '../text.ts';

export type Bar = { day: string; count: number };

const [width, height, gap] = [300, 64, 3];

/**
 * One bar per day, scaled to the highest. The highest day is also said in words, and a table in a fold has every day.
 * `noun` names what is counted, in the plural.
 */
export function bars(props: { noun: string; days: Bar[]; table: Html }): Html {
  const { noun, days } = props;
  const highest = Math.max(...days.map(({ count }) => count));
  if (highest === 0) return html`<p class="quiet">${m().charts.none(days.length)}</p>`;
  const step = width / days.length;
  const drawn = days.map(({ count }, index) => {
    const tall = Math.round((count / highest) * height);
    // A count above zero is always visible.
    const shown = count > 0 ? Math.max(1, tall) : 0;
    return shown > 0 && html`<rect x="${index * step}" y="${height - shown}" width="${step - gap}" height="${shown}"/>`;
  });
  const [first, last] = [days[0]?.day, days.at(-1)?.day];
  const peak = days.findLast(({ count }) => count === highest)?.day;
  const said = m().charts.said(noun, `${first}`, `${last}`, number(highest), `${peak}`);
  return html`<div><svg class="bars" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${said}">${drawn}</svg>
  <p class="ends-of"><span>${first}</span><span>${last}</span></p>
  <p class="small quiet">${m().charts.maximum(number(highest), `${peak}`)}</p>
  <details><summary>${m().charts.asTable}<span class="vh">: ${m().charts.perDay(noun)}</span></summary>${props.table}</details></div>`;
}

/** Columns that a phone has room for. The others are in wider windows. */
const narrow = 3;

/** The same as a table, one row per day. */
export function dayTable(caption: string, heads: string[], rows: [day: string, ...counts: number[]][]): Html {
  const place = (column: number) => (column < narrow ? 'num' : 'num mid');
  return html`<div class="table days"><table><caption class="vh">${caption}</caption>
    <thead><tr><th scope="col">${m().charts.day}</th>${heads.map((head, index) => html`<th scope="col" class="${place(index)}">${head}</th>`)}</tr></thead>
    <tbody>${rows.map(([day, ...counts]) => html`<tr><th scope="row">${day}</th>${counts.map((count, index) => html`<td class="${place(index)}">${number(count)}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

/** Numbers under their names. */
export const numberList = (items: [name: string, value: Html | string, note?: Html | string][]): Html =>
  html`<dl class="figures">${items.map(([name, value, note]) => html`<div><dt>${name}</dt><dd>${value}${note && html`<small>${note}</small>`}</dd></div>`)}</dl>`;

/** The note beside a total of failed requests: the period, and how many more have unknown senders. */
export const failedNote = (strangers: number, days: number): string =>
  strangers > 0 ? m().charts.inDaysAndStrangers(days, number(strangers)) : m().charts.inDays(days);
