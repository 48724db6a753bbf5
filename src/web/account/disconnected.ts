/** What the list of connected apps says, once, after an app was disconnected. */
import type { Context } from 'koa';
import { callText } from '../../../views/app-identity.ts';
import { speech } from '../../../views/messages/index.ts';
import { nameFor } from '../../policy/client/names.ts';
import { appStanding } from '../../policy/client/standing.ts';
import type { Client } from '../../store/clients.ts';
import { readCookie, removeCookie, writeCookie } from '../http/cookies.ts';
import { seeOther } from '../http/see-other.ts';

const cookie = 'disconnected';

/** Redirects to the list, which names the app. `client` is undefined if it was deleted meanwhile: then the list says nothing. */
export function leaveDisconnected(ctx: Context, client: Client | undefined): void {
  if (client) {
    const clientId = client.client_id;
    const name = nameFor(client, speech().code) ?? clientId;
    const called = callText({ clientId, name, standing: appStanding(client) });
    writeCookie(ctx, cookie, encodeURIComponent(called), { maxAgeMs: 60_000 });
  }
  seeOther(ctx, '/account/apps');
}

/** The name of the app that has just been disconnected. */
export function takeDisconnected(ctx: Context): string | undefined {
  const value = readCookie(ctx, cookie);
  if (value === undefined) return undefined;
  removeCookie(ctx, cookie);
  return decodeURIComponent(value);
}
