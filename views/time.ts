import { html } from 'hono/html';
import { agoFormat, dayFormat, daysAgoFormat, lengthFormats, momentFormat } from './messages/formats.ts';
import { m } from './messages/index.ts';
import type { Html } from './text.ts';

/** A day in words, in UTC: "24 November 2027". */
export const day = (date: Date): Html =>
  html`<time datetime="${date.toISOString().slice(0, 10)}">${dayFormat().format(date)}</time>`;

/** A moment to the minute, in words, in UTC: "24 November 2027 at 14:52 UTC". */
export const minute = (date: Date): Html =>
  html`<time datetime="${date.toISOString().slice(0, 16)}Z">${momentFormat().format(date)} UTC</time>`;

/** A moment to the second, for people who read logs: "2026-11-24 07:52:44 UTC". */
export function moment(date: Date): Html {
  const iso = `${date.toISOString().slice(0, 19)}Z`;
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`;
}

/** A time of today: "07:52:41". */
export function clock(date: Date): Html {
  const iso = `${date.toISOString().slice(0, 19)}Z`;
  return html`<time datetime="${iso}">${iso.slice(11, 19)}</time>`;
}

/**
 * How long ago, coarsely: "just now", "4 minutes ago", "yesterday", "26 days ago". A date after `now` counts as just
 * now.
 */
export function ago(date: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - date.getTime()) / 60_000);
  if (minutes < 1) return m().time.justNow;
  if (minutes < 60) return agoFormat().format(-minutes, 'minute');
  if (minutes < 24 * 60) return agoFormat().format(-Math.floor(minutes / 60), 'hour');
  const days = Math.floor(minutes / (24 * 60));
  // Some languages have a word for the day before yesterday, but a number is clearer.
  return days === 1 ? agoFormat().format(-1, 'day') : daysAgoFormat().format(-days, 'day');
}

/** How long to wait, rounded up so that nobody comes back too early: "40 seconds", "5 minutes", "2 hours". */
export function duration(seconds: number): string {
  if (seconds < 60) return lengthFormats.second().format(Math.max(1, Math.ceil(seconds)));
  if (seconds < 3600) return lengthFormats.minute().format(Math.ceil(seconds / 60));
  return lengthFormats.hour().format(Math.ceil(seconds / 3600));
}
