import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import type { Html } from '../text.ts';

/** What an owner did to an app, and what follows from it. */
export const ownNotices = ['saved', 'unchanged', 'secret-removed', 'submitted'] as const;

export type OwnNotice = (typeof ownNotices)[number];

export function ownNoticeNote(notice: OwnNotice): Html {
  const [what = '', todo = ''] = m().yourApps.notices[notice];
  return note({ kind: 'good', icon: icons.tick, what, todo, role: 'status' });
}
