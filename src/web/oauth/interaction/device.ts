/** Interactions of a device that has shown a code (RFC 8628 §3.3). */
import { deviceHashOf } from '../../../oidc/device-code.ts';
import { deviceEndPaths } from '../../../policy/device-codes.ts';
import type { Db } from '../../../store/database.ts';
import { findDeviceByHash } from '../../../store/device-codes.ts';
import type { Interaction } from './current.ts';

/** Whether the answer goes to a device. */
export const isForDevice = ({ deviceCode }: Interaction): boolean => deviceCode !== undefined;

/**
 * Returns the path of the page to show if nobody can allow the device any more: its code has expired, or was used in another
 * window. Undefined for every other interaction.
 */
export async function endOfDevice(db: Db, { deviceCode }: Interaction): Promise<string | undefined> {
  const hash = deviceCode === undefined ? undefined : deviceHashOf(deviceCode);
  if (!hash) return undefined;
  const row = await findDeviceByHash(db, hash);
  // One that expired long ago is deleted.
  if (!row || row.expired) return deviceEndPaths.expired;
  return row.state === 'pending' ? undefined : deviceEndPaths.used;
}
