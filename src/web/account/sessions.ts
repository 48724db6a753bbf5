/** Where a person is signed in: the list of browsers, and ending one or all others. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { accountSessionsPage, type SessionNotice } from '../../../views/account/sessions.ts';
import { AppError } from '../../errors.ts';
import { methodsOfSession } from '../../oidc/session-methods.ts';
import { endOtherSessions, endSession } from '../../operations/sessions.ts';
import { nameBrowser } from '../../policy/browsers.ts';
import { listSealedSessions } from '../../store/session-list.ts';
import type { WebDeps } from '../deps.ts';
import { readCookie, removeCookie, writeCookie } from '../http/cookies.ts';
import { field } from '../http/forms.ts';
import { seeOther } from '../http/see-other.ts';
import { type PersonPages, personPages } from './person-pages.ts';

const path = '/account/sessions';
const cookie = 'sessions_ended';
/** Nobody recognises one browser among more. */
const maxShown = 50;

/** Adds the routes of this page to those of the account. */
export function sessionPages(router: Router, deps: WebDeps): void {
  const pages: PersonPages = personPages(router, deps);
  const { db, sealer } = deps;

  pages.show('/sessions', async (ctx, { id, session, ...shown }) => {
    // One more tells whether there are more.
    const rows = await listSealedSessions(db, id, maxShown + 1);
    const sessions = rows.slice(0, maxShown).map((row) => ({
      id: row.id,
      browser: nameBrowser(row.user_agent),
      address: row.address ?? undefined,
      signedIn: row.signed_in_at ?? undefined,
      methods: methodsOfSession(sealer, row),
      lastSeen: row.last_seen_at,
      here: row.id === session,
    }));
    // The browser that asks comes first: a person starts from the one that they know.
    sessions.sort((one, other) => Number(other.here) - Number(one.here));
    ctx.body = accountSessionsPage({
      ...shown,
      sessions,
      more: rows.length > maxShown,
      now: new Date(),
      ended: takeNotice(ctx),
    });
  });

  pages.change('/sessions/end', async (ctx, { id, actor }, form) => {
    try {
      await endSession(db, { accountId: id, sessionId: field(form, 'session_id') }, actor);
    } catch (error) {
      // It has ended meanwhile, which is what was asked for.
      if (!(error instanceof AppError && error.kind === 'not_found')) throw error;
    }
    done(ctx, 'one');
  });

  pages.change('/sessions/end-others', async (ctx, { id, session, actor }) => {
    done(ctx, await endOtherSessions(db, { accountId: id, keptId: session }, actor));
  });
}

function done(ctx: Context, ended: SessionNotice): void {
  writeCookie(ctx, cookie, String(ended), { maxAgeMs: 60_000 });
  seeOther(ctx, path);
}

function takeNotice(ctx: Context): SessionNotice | undefined {
  const value = readCookie(ctx, cookie);
  if (value === undefined) return undefined;
  removeCookie(ctx, cookie);
  return value === 'one' ? value : Number(value);
}
