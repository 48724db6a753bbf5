/** Rules about passkeys: where they may be used, how they are called, and what one of them proves. */
import type { Amr } from './assurance.ts';
import { nameProblem } from './names.ts';

export const maxPasskeysOfAccount = 20;

/** How long a page with a passkey button works. Browsers give people about as long to unlock the authenticator. */
export const challengeTtlSeconds = 600;

/** Where passkeys of this installation are valid (WebAuthn §5.1.2): the domain, and the origin of all our pages. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
}

/** Returns undefined if the issuer is an IP address, because passkeys need a domain. */
export function relyingPartyOf(issuer: string): RelyingParty | undefined {
  const { hostname, origin } = new URL(issuer);
  return /^\[|^[\d.]+$/.test(hostname) ? undefined : { id: hostname, origin };
}

/**
 * The methods of a sign-in with a passkey, whose authenticator has verified the user (RFC 8176). Its key is in software if
 * it can be copied to other devices.
 */
export function methodsOfPasskey({ synced }: { synced: boolean }): readonly Amr[] {
  return [synced ? 'swk' : 'hwk', 'user'];
}

/**
 * Reports whether a signature counter did not grow, which can mean that the passkey was copied (WebAuthn §6.1.1). Passkeys
 * that are synced have no counter, and always send 0.
 */
export function counterWentBack(stored: number, sent: number): boolean {
  return (stored > 0 || sent > 0) && sent <= stored;
}

/** The text that people type for the name of a passkey, without spaces around it. */
export function passkeyName(typed: string): { readonly name: string } | { readonly problem: string } {
  const name = typed.trim();
  const problem = nameProblem(name);
  return problem === undefined ? { name } : { problem };
}

/**
 * Names of the authenticators that people have most, by AAGUID. From the community's list for pages like ours
 * (https://github.com/passkeydeveloper/passkey-authenticator-aaguids, aaguid.json). Nobody checks an AAGUID without an
 * attestation, so a name is a help for the owner and proves nothing.
 */
const authenticators: Readonly<Record<string, string>> = {
  'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4': 'Google Password Manager',
  'fbfc3007-154e-4ecc-8c0b-6e020557d7bd': 'Apple Passwords',
  'dd4ec289-e01d-41c9-bb89-70fa845d4bf2': 'Apple Passwords',
  '08987058-cadc-4b81-b6e1-30de50dcbe96': 'Windows Hello',
  '9ddd1817-af5a-4672-a2b9-3e3dd95000a9': 'Windows Hello',
  '6028b017-b1d4-4c02-b4b3-afcdafc96bb2': 'Windows Hello',
  'd3452668-01fd-4c12-926c-83a4204853aa': 'Microsoft Password Manager',
  'adce0002-35bc-c60a-648b-0b25f1f05503': 'Chrome on Mac',
  '771b48fd-d3d4-4f74-9232-fc157ab0507a': 'Edge on Mac',
  'b5397666-4885-aa6b-cebf-e52262a439a2': 'Chromium',
  '53414d53-554e-4700-0000-000000000000': 'Samsung Pass',
  'bada5566-a7aa-401f-bd96-45619a55120d': '1Password',
  'd548826e-79b4-db40-a3d8-11116f7e8349': 'Bitwarden',
  '531126d6-e717-415c-9320-3d9aa6981239': 'Dashlane',
  'b84e4048-15dc-4dd0-8640-f4f60813c8af': 'NordPass',
  '0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6': 'Keeper',
  '50726f74-6f6e-5061-7373-50726f746f6e': 'Proton Pass',
  'fdb141b2-5d84-443e-8a35-4698c205a502': 'KeePassXC',
};

/** Returns undefined if the authenticator is unknown, or the browser does not tell. */
export function authenticatorName(aaguid: string): string | undefined {
  return authenticators[aaguid];
}
