/**
 * A device authorization between its row and the engine. The engine knows it by an id that only this server uses, because
 * the code that the device keeps is not stored: it puts that id into interactions.
 */
import type { AdapterPayload } from 'oidc-provider';
import { deviceEndPaths } from '../policy/device-codes.ts';
import type { Db } from '../store/database.ts';
import { findDeviceByHash, type WaitingDevice } from '../store/device-codes.ts';
import type { Sealer } from '../store/sealer.ts';
import { requestContext } from './request-context.ts';

const idForm = /^stored\.([\w-]{43})$/;

function deviceId(deviceHash: Buffer): string {
  return `stored.${deviceHash.toString('base64url')}`;
}

/** Returns the hash that an id of `deviceId` names. A code that a device sends never has this form. */
export function deviceHashOf(id: string): Buffer | undefined {
  const encoded = idForm.exec(id)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64url');
}

/** The hashes of a code that people type, one for each secret, newest first. */
export function userCodeHashes(sealer: Sealer, code: string): Buffer[] {
  return sealer.macs('user code', code);
}

/** Seals what the engine keeps of a request, without its codes. */
export function sealDeviceRequest(sealer: Sealer, deviceHash: Buffer, payload: AdapterPayload): Buffer {
  const { jti: _, userCode: __, deviceInfo: ___, ...kept } = payload;
  return sealer.seal(JSON.stringify(kept), contextOf(deviceHash));
}

/** Returns the engine's view of a row; undefined if the sealing secret was retired. */
export function openDeviceRequest(sealer: Sealer, row: WaitingDevice): AdapterPayload | undefined {
  const opened = sealer.openIfKnown(row.payload, contextOf(row.device_hash));
  if (!opened) return undefined;
  const payload: AdapterPayload = JSON.parse(opened.toString());
  return { ...payload, jti: deviceId(row.device_hash), clientId: row.client_id, exp: Math.floor(row.expires_at) };
}

/** The browser of this request, as the row of an authorization names it; undefined for one without a secret. */
export function browserHere(): Buffer | undefined {
  const { browser } = requestContext().cache;
  return browser === undefined ? undefined : Buffer.from(browser, 'base64url');
}

function contextOf(deviceHash: Buffer): string {
  return `DeviceCode ${deviceHash.toString('base64url')}`;
}

/**
 * Returns the path of the page to show if nobody can allow this device any more: its code has expired, or was used in another
 * window. `id` is the engine's.
 */
export async function endOfDevice(db: Db, id: string): Promise<string | undefined> {
  const hash = deviceHashOf(id);
  if (!hash) return undefined;
  const row = await findDeviceByHash(db, hash);
  // One that expired long ago is deleted.
  if (!row || row.expired) return deviceEndPaths.expired;
  return row.state === 'pending' ? undefined : deviceEndPaths.used;
}
