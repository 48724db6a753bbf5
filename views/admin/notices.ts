import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { english, type Messages } from '../messages/en.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import type { Html } from '../text.ts';

/** What was just done. */
export type NoticeName = keyof Messages['adminNotices'];

export const isNotice = (name: string): name is NoticeName => Object.hasOwn(english.adminNotices, name);

export function noticeNote(name: NoticeName): Html {
  const { what, todo } = m().adminNotices[name];
  return html`${note({ kind: 'good', icon: icons.tick, what, todo, role: 'status' })}`;
}
