/** An authenticator in software, for tests over HTTP. It signs what it is told to, so it can also be wrong. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Page } from './person.ts';

/** What a test may change of an answer. */
export interface Lies {
  origin?: string;
  rpId?: string;
  challenge?: string;
  /** The kind of the ceremony that the client data names. */
  type?: string;
  counter?: number;
  verifiesUser?: boolean;
  userHandle?: string | undefined;
  key?: KeyObject;
  id?: Buffer;
  /** The attestation, as CBOR of its format and its statement. */
  attestation?: Buffer;
}

export interface Authenticator {
  readonly id: Buffer;
  readonly aaguid: string;
  /** The number of its last signature. It counts by itself unless it is set to undefined: then it always sends 0. */
  counter: number | undefined;
  /** The answer to the options of a page that makes a passkey, as JSON. */
  create(options: PageOptions, lies?: Lies): string;
  /** The answer to the options of a page that asks for a passkey, as JSON. */
  get(options: PageOptions, lies?: Lies): string;
}

/** What a page asks the browser for. */
export interface PageOptions {
  challenge: string;
  rpId?: string;
  rp?: { id: string; name: string };
  user?: { id: string; name: string; displayName: string };
  allowCredentials?: { id: string; transports: string[] }[];
  excludeCredentials?: { id: string; transports: string[] }[];
  [name: string]: unknown;
}

const flags = { userPresent: 0x01, userVerified: 0x04, syncable: 0x08, synced: 0x10, hasKey: 0x40 };

/** Starts without a passkey; `create` gives it one. `synced` ones can be copied to other devices, and do not count. */
export function newAuthenticator(
  origin: string,
  { synced = false, aaguid = '00000000-0000-0000-0000-000000000000' } = {},
): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(32);
  let userHandle: string | undefined;
  const authenticator: Authenticator = {
    id,
    aaguid,
    counter: synced ? undefined : 0,
    create(options, lies = {}) {
      userHandle = options.user?.id;
      const clientData = clientDataOf('webauthn.create', options, lies);
      const credential = Buffer.concat([uint16((lies.id ?? id).length), lies.id ?? id, coseKey(publicKey)]);
      const attested = Buffer.concat([Buffer.from(aaguid.replaceAll('-', ''), 'hex'), credential]);
      const data = dataOf(options.rp?.id ?? '', lies, attested);
      const none = Buffer.concat([text('fmt'), text('none'), text('attStmt'), Buffer.from([0xa0])]);
      const attestation = Buffer.concat([Buffer.from([0xa3]), lies.attestation ?? none, text('authData'), bytes(data)]);
      return answer(lies.id ?? id, {
        clientDataJSON: clientData,
        attestationObject: attestation,
        transports: ['internal', 'carrier pigeon'],
      });
    },
    get(options, lies = {}) {
      const clientData = clientDataOf('webauthn.get', options, lies);
      if (authenticator.counter !== undefined) authenticator.counter += 1;
      const data = dataOf(options.rpId ?? '', lies);
      const signed = Buffer.concat([data, sha256(clientData)]);
      const handle = 'userHandle' in lies ? lies.userHandle : userHandle;
      return answer(lies.id ?? id, {
        clientDataJSON: clientData,
        authenticatorData: data,
        signature: sign('sha256', signed, lies.key ?? privateKey),
        ...(handle !== undefined && { userHandle: Buffer.from(handle, 'base64url') }),
      });
    },
  };
  return authenticator;

  function clientDataOf(type: string, options: PageOptions, lies: Lies): Buffer {
    const { challenge } = options;
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...pick(lies) }));
  }

  function dataOf(rpId: string, lies: Lies, attested = Buffer.alloc(0)): Buffer {
    const { counter = authenticator.counter ?? 0, verifiesUser = true } = lies;
    const set =
      flags.userPresent |
      (verifiesUser ? flags.userVerified : 0) |
      (synced ? flags.syncable | flags.synced : 0) |
      (attested.length > 0 ? flags.hasKey : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(lies.rpId ?? rpId), Buffer.from([set]), count, attested]);
  }
}

/** The options of the form of a page whose action ends with `action`. */
export function optionsOf(page: Page, action: string): PageOptions {
  for (const [, attributes = ''] of page.text.matchAll(/<form([^>]*)>/g)) {
    if (!/action="([^"?]*)/.exec(attributes)?.[1]?.endsWith(action)) continue;
    const options = /data-options="([^"]*)"/.exec(attributes)?.[1];
    if (options) return JSON.parse(options.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
  }
  throw new Error(`no passkey is asked for at ${page.url} (${page.status}):\n${page.text}`);
}

function pick({ origin, challenge, type }: Lies): object {
  return { ...(origin && { origin }), ...(challenge !== undefined && { challenge }), ...(type && { type }) };
}

function answer(id: Buffer, response: Record<string, Buffer | string[]>): string {
  const encoded = Object.entries(response).map(([name, value]) => [
    name,
    Buffer.isBuffer(value) ? value.toString('base64url') : value,
  ]);
  const name = id.toString('base64url');
  return JSON.stringify({
    id: name,
    rawId: name,
    type: 'public-key',
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
    response: Object.fromEntries(encoded),
  });
}

/** An ES256 key (RFC 9053 §7.1.1): kty 2, alg -7, crv 1, x, y. */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]);
  return Buffer.concat([
    head,
    bytes(Buffer.from(x, 'base64url')),
    Buffer.from([0x22]),
    bytes(Buffer.from(y, 'base64url')),
  ]);
}

/** A text and a byte string of CBOR (RFC 8949 §3.1). */
export function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)]);
}

export function bytes(value: Buffer): Buffer {
  const { length } = value;
  const head = length < 24 ? Buffer.from([0x40 + length]) : length < 256 ? Buffer.from([0x58, length]) : undefined;
  return Buffer.concat([head ?? Buffer.concat([Buffer.from([0x59]), uint16(length)]), value]);
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}

function sha256(data: Buffer | string): Buffer {
  return createHash('sha256').update(data).digest();
}
