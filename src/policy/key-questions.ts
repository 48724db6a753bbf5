/** What a gateway asks about many keys at once, and reports of their use. Gateways write it, `POST /oauth/introspect/keys` reads it. */

export interface KeyQuestions {
  /** SHA-256 of each key, in base64url. */
  readonly keys: readonly string[];
  readonly used: readonly UsedKey[];
}

export interface UsedKey {
  readonly key_id: string;
  /** When it was used last, in epoch seconds. */
  readonly at: number;
  /** The address that it was used from. */
  readonly address?: string;
}

export const questionBounds = { keys: 100, used: 500, bytes: 100 * 1024 } as const;

const hash = /^[\w-]{42}[AEIMQUYcgkosw048]$/;
const keyId = /^key_\w{1,100}$/;
const address = /^[\da-fA-F.:]{2,45}$/;

/** Returns the questions, or a sentence about what is wrong with them. */
export function readKeyQuestions(document: unknown): KeyQuestions | string {
  if (!isObject(document)) return 'The body is not a JSON object';
  const { keys = [], used = [] } = document;
  if (!Array.isArray(keys) || keys.length > questionBounds.keys)
    return `keys: a list of at most ${questionBounds.keys}`;
  if (!keys.every((one) => isText(one, hash))) return 'keys: SHA-256 in base64url';
  if (!Array.isArray(used) || used.length > questionBounds.used)
    return `used: a list of at most ${questionBounds.used}`;
  if (!used.every(isUse)) return 'used: objects with key_id, at in epoch seconds, and perhaps address';
  return { keys, used };
}

function isUse(value: unknown): value is UsedKey {
  if (!isObject(value)) return false;
  const { key_id: id, at, address: from } = value;
  return isText(id, keyId) && isMoment(at) && (from === undefined || isText(from, address));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isText = (value: unknown, form: RegExp): boolean => typeof value === 'string' && form.test(value);

/** Until the year 9999, so that a database can store it. */
const isMoment = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < 253_402_300_800;
