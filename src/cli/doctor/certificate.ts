/** Checks the certificate at the public address: its end, its chain and its name. */
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning, problem } = findingsOf('certificate');
const dayMs = 86_400_000;
const minDays = { problem: 7, warning: 21 };
const timeoutMs = 5_000;

/** What to do about an error of Node's verification. */
const advice: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the proxy sends no intermediate certificate: give it the whole chain',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the proxy sends no intermediate certificate: give it the whole chain',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed: get one from an authority that browsers trust',
  SELF_SIGNED_CERT_IN_CHAIN: 'browsers do not trust its authority',
  CERT_HAS_EXPIRED: 'it has expired: renew it',
  CERT_NOT_YET_VALID: 'it is not valid yet: compare the clocks',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
};

export async function checkCertificate(address: URL, now = Date.now()): Promise<Finding[]> {
  if (address.protocol !== 'https:')
    return [warning('The address has no TLS, which is only for trials on one machine.')];
  const host = address.hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = connect({ host, port: Number(address.port || 443), servername: host, rejectUnauthorized: false });
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer')));
  try {
    await once(socket, 'secureConnect');
    return [...trust(socket), expiry(socket, now)];
  } finally {
    socket.destroy();
  }
}

function trust(socket: TLSSocket): Finding[] {
  const version = socket.getProtocol() ?? 'TLS';
  if (socket.authorized) return [ok(`It is trusted for this name (${version}).`)];
  // Node gives a code, or an error for another name.
  const error: unknown = socket.authorizationError;
  const code = String(error instanceof Error && 'code' in error ? error.code : error);
  return [problem(`Clients refuse it: ${advice[code] ?? code}.`)];
}

function expiry(socket: TLSSocket, now: number): Finding {
  const { valid_to: end } = socket.getPeerCertificate();
  const days = Math.floor((Date.parse(end) - now) / dayMs);
  const says = days < 0 ? `It expired ${-days} days ago` : `It ends in ${days} days`;
  if (days < minDays.problem) return problem(`${says}: renew it now, and look why nothing has.`);
  return days < minDays.warning ? warning(`${says}: look whether it is renewed by itself.`) : ok(`${says}.`);
}
