import * as icons from '../icons.ts';
import { note } from '../note.ts';
import type { Html } from '../text.ts';

/** What an owner did to an app, and what follows from it. */
export const ownNotices = {
  saved: ['The changes are saved.', 'They apply from now on.'],
  unchanged: ['Nothing was different.', 'So nothing was saved.'],
  'secret-removed': ['The secret is removed.', 'It stopped working at once.'],
  submitted: ['The app is in review.', 'It works meanwhile, and you see the answer on this page.'],
} as const;

export type OwnNotice = keyof typeof ownNotices;

export function ownNoticeNote(notice: OwnNotice): Html {
  const [what, todo] = ownNotices[notice];
  return note({ kind: 'good', icon: icons.tick, what, todo, role: 'status' });
}
