import { html } from 'hono/html';
import type { Link } from '../layout.ts';
import type { Html } from '../text.ts';

/** Shown instead of an empty list: what is missing, why, and one way on. */
export const empty = (props: { title: Html | string; why: Html | string; way: Link }): Html =>
  html`<div class="panel"><div class="empty"><h2>${props.title}</h2><p>${props.why}</p><a class="btn" href="${props.way.href}">${props.way.label}</a></div></div>`;
