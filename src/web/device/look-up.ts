/** Finds the authorization of a code that somebody typed, within the limits of wrong codes. */
import type { Context } from 'koa';
import type { AdapterPayload, Client } from 'oidc-provider';
import type { DeviceCodeProblem } from '../../../views/device/code.ts';
import { AppError } from '../../errors.ts';
import { browserHere, openDeviceRequest, userCodeHashes } from '../../oidc/device-code.ts';
import { whatIsGone } from '../../oidc/hooks/requests-under-way.ts';
import { deviceEndPaths, readUserCode } from '../../policy/device-codes.ts';
import { findDeviceByUserCode, type WaitingDevice } from '../../store/device-codes.ts';
import type { WebDeps } from '../deps.ts';
import type { SignedIn } from '../http/session.ts';

/** An authorization that this browser may decide about. */
export interface FoundDevice {
  readonly code: string;
  readonly row: WaitingDevice;
  readonly payload: AdapterPayload;
  readonly params: { readonly scope?: string };
  readonly client: Client;
  /** Undefined if it has no secret yet: this answer gives it one. */
  readonly browser: Buffer | undefined;
}

/** `end` is the address of the page that says what became of the code. */
type LookedUp = { found: FoundDevice } | { end: string } | { problem: DeviceCodeProblem };

export function createLookUp({ db, sealer, engine, limits }: WebDeps) {
  /** The status is set (422, or 429 with Retry-After) if there is a problem. */
  return async (ctx: Context, typed: string, person: SignedIn | undefined): Promise<LookedUp> => {
    const code = readUserCode(typed);
    // Nobody can guess with what has not the form of a code.
    if (code === undefined) return refuse(ctx, 'not_a_code');
    const attempt = await limits.deviceCode({
      ip: ctx.ip,
      browser: browserHere()?.toString('base64url'),
      accountId: person?.account.id,
    });
    if (attempt.retryAfterSeconds !== undefined) return hold(ctx, attempt.retryAfterSeconds, person);
    const row = await findDeviceByUserCode(db, userCodeHashes(sealer, code));
    if (!row) {
      await attempt.fail();
      return refuse(ctx, 'unknown');
    }
    await attempt.discard();
    const payload = openDeviceRequest(sealer, row);
    if (row.expired || !payload) return { end: deviceEndPaths.expired };
    const browser = browserHere();
    const ofOthers = row.confirmed_by !== null && !(browser && row.confirmed_by.equals(browser));
    if (row.state !== 'pending' || ofOthers) return { end: deviceEndPaths.used };
    const params = (payload.params ?? {}) as FoundDevice['params'];
    return { found: { code, row, payload, params, browser, client: await clientOf(row, params) } };
  };

  async function clientOf({ client_id: id, client_revision: revision }: WaitingDevice, params: FoundDevice['params']) {
    await engine.clients.current(id, revision);
    const client = await engine.provider().Client.find(id);
    if (!client) throw new AppError('expired', 'This app is not registered any more', { page: 'removed' });
    if (whatIsGone(params, client))
      throw new AppError('expired', 'The registration of this app was changed meanwhile', { page: 'changed' });
    return client;
  }
}

function refuse(ctx: Context, kind: 'not_a_code' | 'unknown'): LookedUp {
  ctx.status = 422;
  return { problem: { kind } };
}

function hold(ctx: Context, retryAfterSeconds: number, person: SignedIn | undefined): LookedUp {
  ctx.status = 429;
  ctx.set('Retry-After', String(retryAfterSeconds));
  const signIn = person ? undefined : '/sign-in?next=/device';
  return { problem: { kind: 'throttled', retryAfterSeconds, signIn } };
}
