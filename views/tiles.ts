import { html } from 'hono/html';
import type { Html } from './text.ts';

/**
 * A number with its change and, if there are days, a line of them. `bad` marks a number that needs somebody's
 * attention.
 */
export type Tile = {
  label: string;
  figure: string;
  bad?: boolean;
  change?: string;
  days?: { counts: readonly number[]; said: string };
};

/** Numbers in a row, at most four. */
export const tiles = (props: { label: string; tiles: readonly Tile[] }): Html =>
  html`<dl class="tiles" aria-label="${props.label}">${props.tiles.map(
    ({ label, figure, bad, change, days }) =>
      html`<div><dt>${label}</dt><dd><b${bad && html` class="no"`}>${figure}</b>${change && html`<small>${change}</small>`}${days && spark(days)}</dd></div>`,
  )}</dl>`;

const [width, height, margin] = [100, 32, 2];

/** A line of counts, oldest first. `said` says the same in words for people who cannot see it. */
function spark({ counts, said }: { counts: readonly number[]; said: string }): Html | undefined {
  if (counts.length < 2) return undefined;
  const max = Math.max(...counts, 1);
  const points = counts.map((count, index) => {
    const x = (index / (counts.length - 1)) * width;
    const y = height - margin - (count / max) * (height - 2 * margin);
    return `${round(x)} ${round(y)}`;
  });
  const line = points.join('L');
  return html`<svg class="spark" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${said}"><path class="fill" d="M0 ${height}L${line}L${width} ${height}Z"/><path d="M${line}"/></svg>`;
}

const round = (n: number): number => Math.round(n * 10) / 10;
