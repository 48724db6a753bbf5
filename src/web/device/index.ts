/**
 * The pages for people whose device shows a code (RFC 8628 §3.3): the code, the question whether it is their device, and what
 * became of it. To open a link with a code decides nothing. A person who says that it is theirs goes on to the engine, and from
 * there to the same pages for sign-in and consent as in any other authorization.
 */
import Router from '@koa/router';
import type { Context, Next } from 'koa';
import { type DeviceCodeProblem, deviceCodePage } from '../../../views/device/code.ts';
import { type DeviceEnd, deviceEndPage } from '../../../views/device/end.ts';
import { AppError } from '../../errors.ts';
import { confirmDeviceInEngine } from '../../oidc/patches/device-flow.ts';
import { deviceDonePath, deviceEndPaths, readUserCode, showUserCode } from '../../policy/device-codes.ts';
import { confirmDevice, denyDevice } from '../../store/device-codes.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { noCookies } from '../http/csrf.ts';
import { field, readForm } from '../http/forms.ts';
import { seeOther } from '../http/see-other.ts';
import { signedIn } from '../http/session.ts';
import { createCurrentInteraction } from '../oauth/interaction/current.ts';
import { confirmPageOf } from './confirm.ts';
import { createLookUp, type FoundDevice } from './look-up.ts';

const ends: readonly [path: string, end: DeviceEnd, status: number][] = [
  [deviceDonePath, 'done', 200],
  [deviceEndPaths.denied, 'stopped', 200],
  [deviceEndPaths.expired, 'expired', 410],
  [deviceEndPaths.used, 'used', 410],
];

export function deviceRoutes(deps: WebDeps): Router {
  const { csrf, engine } = deps;
  const router = new Router();
  const current = createCurrentInteraction(deps);
  const lookUp = createLookUp(deps);

  router.get('/device', async (ctx) => {
    const { user_code: typed } = ctx.query;
    const person = await signedIn(ctx, engine.provider());
    if (typed === undefined) return askForCode(ctx);
    if (isEmbedded(ctx)) return askForCode(ctx, { typed: String(typed) });
    const looked = await lookUp(ctx, String(typed), person);
    if ('problem' in looked) return askForCode(ctx, { typed: String(typed), problem: looked.problem });
    if ('end' in looked) return seeOther(ctx, looked.end);
    ctx.body = confirmPageOf(ctx, looked.found, { csrf: csrf.token(bindingOf(ctx, looked.found.code)), person });
  });

  router.post('/device', async (ctx, next) => {
    const form = await readForm(ctx);
    const [typed, decision] = [field(form, 'user_code'), field(form, 'decision')];
    // The form of a decision has a value of its own for each code.
    csrf.check(form, bindingOf(ctx, decision === '' ? undefined : typed));
    const person = await signedIn(ctx, engine.provider());
    const looked = await lookUp(ctx, typed, person);
    if ('problem' in looked) return askForCode(ctx, { typed, problem: looked.problem });
    if ('end' in looked) return seeOther(ctx, looked.end);
    const { found } = looked;
    if (decision === '') return seeOther(ctx, `/device?user_code=${showUserCode(found.code)}`);
    await decide(ctx, deps, next, { found, decision, accountId: person?.account.id });
  });

  for (const [path, end, status] of ends) {
    router.get(path, async (ctx) => {
      ctx.status = status;
      ctx.body = deviceEndPage({ end });
    });
  }

  router.get('/device/:uid', current.settleInteraction);
  return router;

  function askForCode(ctx: Context, again: { typed?: string; problem?: DeviceCodeProblem } = {}): void {
    ctx.body = deviceCodePage({ csrf: csrf.token(bindingOf(ctx)), ...again });
  }

  function bindingOf(ctx: Context, typed = ''): string {
    return `device ${readUserCode(typed) ?? ''} ${csrf.anonymousBinding(ctx)}`;
  }
}

/** Whether a page loads this address as a picture or a frame: codes that a stranger's page guesses must not count for its visitor. */
function isEmbedded(ctx: Context): boolean {
  const destination = ctx.get('Sec-Fetch-Dest');
  return destination !== '' && destination !== 'document';
}

/** Decides for this browser. Of two browsers that confirm the same code, one goes on. */
async function decide(
  ctx: Context,
  { db }: WebDeps,
  next: Next,
  { found, decision, accountId }: { found: FoundDevice; decision: string; accountId: string | undefined },
): Promise<void> {
  if (decision !== 'confirm' && decision !== 'deny') throw new AppError('invalid', 'Choose one of the two answers');
  const { row, browser, payload } = found;
  if (!browser) throw noCookies('forbidden');
  const { id, requestId, ip } = actorOf(ctx, accountId === undefined ? 'system' : `account:${accountId}`);
  const event = {
    actor: id,
    action: decision === 'confirm' ? 'device.confirmed' : 'device.denied',
    target: `client:${row.client_id}`,
    details: {
      ...(accountId !== undefined && { account: accountId }),
      asked_at: row.created_at.toISOString(),
      ...(row.address !== null && { asked_from: row.address }),
    },
    requestId,
    ip,
  };
  const here = { deviceHash: row.device_hash, browser };
  if (decision === 'deny') {
    const why = { error: 'access_denied', description: 'The person did not start this' };
    const denied = await denyDevice(db, here, why, event);
    return seeOther(ctx, denied ? deviceEndPaths.denied : deviceEndPaths.used);
  }
  if (!(await confirmDevice(db, here, event))) return seeOther(ctx, deviceEndPaths.used);
  confirmDeviceInEngine(payload);
  await next();
}
