/**
 * What browsers send of a passkey (WebAuthn §5.1), as JSON in a field of a form. Only the shape is decided here, so that
 * nothing else has to expect a missing or strange value. The signature is checked elsewhere.
 */
import { isObject } from './json-values.ts';

/** A new passkey (RegistrationResponseJSON). */
export interface NewPasskeyAnswer extends Credential {
  readonly response: {
    readonly clientDataJSON: string;
    readonly attestationObject: string;
    readonly transports: Transport[];
  };
}

/** The use of a passkey (AuthenticationResponseJSON). */
export interface PasskeyAnswer extends Credential {
  readonly response: {
    readonly clientDataJSON: string;
    readonly authenticatorData: string;
    readonly signature: string;
    /** What the authenticator kept of the account. It may leave it out if the page has listed passkeys. */
    readonly userHandle?: string;
  };
}

interface Credential {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly clientExtensionResults: Record<string, never>;
}

/** How a browser can reach an authenticator (§5.8.4). Others may come, and are left out. */
const transports = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;
type Transport = (typeof transports)[number];

/** An id has at most 1023 bytes (§4); the rest is far shorter than this without an attestation. */
const [maxIdChars, maxChars] = [1364, 16_384];

export function parseNewPasskey(text: string): NewPasskeyAnswer | undefined {
  const [sent, credential] = parse(text);
  if (!credential) return undefined;
  const { clientDataJSON, attestationObject, transports: reached } = sent;
  if (!isBase64url(clientDataJSON) || !isBase64url(attestationObject)) return undefined;
  return { ...credential, response: { clientDataJSON, attestationObject, transports: knownTransports(reached) } };
}

export function parsePasskey(text: string): PasskeyAnswer | undefined {
  const [sent, credential] = parse(text);
  if (!credential) return undefined;
  const { clientDataJSON, authenticatorData, signature, userHandle } = sent;
  if (!isBase64url(clientDataJSON) || !isBase64url(authenticatorData) || !isBase64url(signature)) return undefined;
  const response = { clientDataJSON, authenticatorData, signature };
  if (userHandle === undefined || userHandle === null || userHandle === '') return { ...credential, response };
  return isBase64url(userHandle) ? { ...credential, response: { ...response, userHandle } } : undefined;
}

/** The challenge that the browser has signed; undefined if its client data is not JSON with one. */
export function challengeOf({ response }: PasskeyAnswer | NewPasskeyAnswer): string | undefined {
  const clientData = jsonObject(Buffer.from(response.clientDataJSON, 'base64url').toString());
  return typeof clientData?.challenge === 'string' ? clientData.challenge : undefined;
}

function knownTransports(sent: unknown): Transport[] {
  return transports.filter((transport) => Array.isArray(sent) && sent.includes(transport));
}

function parse(text: string): [response: Record<string, unknown>, credential: Credential | undefined] {
  const sent = jsonObject(text);
  const { id, rawId, type } = sent ?? {};
  if (!isBase64url(id, maxIdChars) || rawId !== id || type !== 'public-key' || !isObject(sent?.response)) {
    return [{}, undefined];
  }
  return [sent.response, { id, rawId: id, type, clientExtensionResults: {} }];
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isBase64url(value: unknown, max = maxChars): value is string {
  return typeof value === 'string' && value.length <= max && /^[\w-]+$/.test(value);
}
