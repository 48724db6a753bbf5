import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { m } from '../messages/index.ts';
import { note } from '../note.ts';
import type { Html } from '../text.ts';

/**
 * After a new password by mail: the other ways into the account still work, and the page below lists them. `back` leads to
 * the app that the person comes from.
 */
export function afterResetNote({ back }: { back?: string | undefined }): Html {
  const { what, todo, goOn } = m().afterReset;
  const link = back && html`<br><a href="${back}">${goOn}</a>`;
  return note({ kind: 'warn', icon: icons.warning, what, todo: html`${todo}${link}`, role: 'status' });
}
