import { html } from 'hono/html';
import type { Html } from './text.ts';

const long = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** A day in words, in UTC: "24 November 2027". */
export const day = (date: Date): Html =>
  html`<time datetime="${date.toISOString().slice(0, 10)}">${long.format(date)}</time>`;

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
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${plural(minutes, 'minute')} ago`;
  if (minutes < 24 * 60) return `${plural(Math.floor(minutes / 60), 'hour')} ago`;
  const days = Math.floor(minutes / (24 * 60));
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

/** How long to wait, rounded up so that nobody comes back too early: "40 seconds", "5 minutes", "2 hours". */
export function duration(seconds: number): string {
  if (seconds < 60) return plural(Math.max(1, Math.ceil(seconds)), 'second');
  if (seconds < 3600) return plural(Math.ceil(seconds / 60), 'minute');
  return plural(Math.ceil(seconds / 3600), 'hour');
}

/** "1 connection", "2 connections". */
export const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
