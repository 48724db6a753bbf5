/**
 * Device authorizations (RFC 8628). What a person allows becomes an authorization code with the hash of the device code, so
 * that its tokens come, rotate and end as those of any other code.
 *
 *   The engine calls     and the adapter
 *   upsert               stores a new one; when a person has decided, allows it together with its grant, or denies it
 *   find, at the token   counts the request of the device and throws the answer to it, until there are tokens to give: then it
 *   endpoint             reads the code that was allowed
 *   find, elsewhere      reads one that still waits
 *   consume              as for an authorization code
 *   revokeByGrantId      does nothing: codes are deleted with their grant
 */
import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import { deviceDonePath } from '../../policy/device-codes.ts';
import { denyDevice, findDeviceByHash, insertDeviceCode, type Polled, pollDevice } from '../../store/device-codes.ts';
import { sha256 } from '../../store/sealer.ts';
import { bringClientUpToDate, clientOfRequest, isStrangers } from '../current-client.ts';
import { browserHere, deviceHashOf, openDeviceRequest, sealDeviceRequest, userCodeHashes } from '../device-code.ts';
import { deviceIsOver, UserCodeTaken } from '../patches/device-flow.ts';
import { requestActor } from '../request-actor.ts';
import { requestContext, senderOfRequest } from '../request-context.ts';
import { codeForm, consumeOrEndFamily, findAndApplyCeiling, storeAllowed } from './authorization-codes.ts';
import type { AdapterDeps } from './deps.ts';
import { modelAdapter } from './model-adapter.ts';

/**
 * The errors that a person or a change of the client has caused. Everything else, such as a database that does not answer,
 * leaves the authorization as it is, and the person may try again.
 */
const finalErrors = new Set(['access_denied', 'invalid_scope', 'invalid_target', 'unauthorized_client']);

export function deviceCodeAdapter(deps: AdapterDeps): Adapter {
  return modelAdapter('DeviceCode', {
    find: (id) => (Provider.ctx?.oidc.route === 'token' ? findAllowed(deps, id) : findWaiting(deps, id)),
    upsert: (id, payload) => save(deps, id, payload),
    consume: (code) => consumeOrEndFamily(deps, code),
    async revokeByGrantId() {},
  });
}

async function save(deps: AdapterDeps, id: string, payload: AdapterPayload): Promise<void> {
  if (Provider.ctx?.oidc.route === 'device_authorization') return insert(deps, id, payload);
  const deviceHash = deviceHashOf(id);
  if (!deviceHash) throw new Error('the engine saves a device code that this server did not read');
  if (payload.error !== undefined) return deny(deps, deviceHash, payload);
  const { params: _, inFlight: __, ...kept } = payload;
  await storeAllowed(deps, { codeHash: deviceHash, payload: kept, location: deviceDonePath, device: deviceHash });
}

async function insert({ db, sealer }: AdapterDeps, code: string, payload: AdapterPayload): Promise<void> {
  const deviceHash = sha256(code);
  const [userHash] = userCodeHashes(sealer, payload.userCode as string);
  const sender = senderOfRequest();
  const stored = await insertDeviceCode(db, {
    deviceHash,
    userHash: userHash as Buffer,
    clientId: payload.clientId as string,
    payload: sealDeviceRequest(sealer, deviceHash, payload),
    expiresAt: payload.exp as number,
    address: sender?.address,
    userAgent: sender?.userAgent,
    owner: isStrangers(clientOfRequest()) ? requestContext().cache.caller : undefined,
  });
  if (!stored) throw new UserCodeTaken();
}

async function deny({ db }: AdapterDeps, deviceHash: Buffer, payload: AdapterPayload): Promise<void> {
  const { error, errorDescription, clientId } = payload as {
    error: string;
    errorDescription?: string;
    clientId: string;
  };
  const browser = browserHere();
  if (!browser || !finalErrors.has(error)) return;
  const account = Provider.ctx?.oidc.session?.accountId;
  const { actor } = requestActor();
  await denyDevice(
    db,
    { deviceHash, browser },
    { error, description: errorDescription },
    {
      actor: account === undefined ? 'system' : `account:${account}`,
      action: 'device.denied',
      target: `client:${clientId}`,
      details: { ...(account !== undefined && { account }), error },
      requestId: actor.requestId,
      ip: actor.ip,
    },
  );
}

/** One that a person may still decide about. @throws the engine's errors of a code that is over */
async function findWaiting({ db, sealer }: AdapterDeps, id: string): Promise<AdapterPayload | undefined> {
  const hash = deviceHashOf(id);
  const found = hash && (await findDeviceByHash(db, hash));
  if (!found) return undefined;
  if (found.expired) throw deviceIsOver('expired');
  if (found.state !== 'pending') throw deviceIsOver('used');
  return openDeviceRequest(sealer, found);
}

/** The request of a device for its tokens (§3.4). @throws the engine's errors until there are some (§3.5) */
async function findAllowed(deps: AdapterDeps, code: string): Promise<AdapterPayload | undefined> {
  if (!codeForm.test(code)) return undefined;
  const polled = await pollDevice(deps.db, sha256(code), clientOfRequest().clientId);
  if (!polled) return undefined;
  await bringClientUpToDate(deps.clients, polled);
  const answer = answerTo(polled);
  if (answer) throw answer;
  return findAndApplyCeiling(deps, code);
}

function answerTo({ state, expired, early, error, error_description: description }: Polled): Error | undefined {
  if (state === 'denied') return denial(error ?? 'access_denied', description ?? undefined);
  if (expired) return new errors.ExpiredToken('device code is expired');
  if (early) return new errors.SlowDown('the device asks more often than its interval allows');
  return state === 'pending' ? new errors.AuthorizationPending('nobody has decided yet') : undefined;
}

function denial(error: string, description: string | undefined): Error {
  return error === 'access_denied'
    ? new errors.AccessDenied(description)
    : new errors.CustomOIDCProviderError(error, description ?? '');
}
