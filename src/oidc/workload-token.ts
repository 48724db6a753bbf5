/**
 * Checks the token of a workload against those that a client trusts. What is told to the caller never has a registered
 * pattern: everybody at GitHub can present a token of its issuer. The failure record has it.
 */
import type { JWK } from 'jose';
import { errors } from 'oidc-provider';
import { createIssuerKeys, type IssuerKeys, IssuerUnavailable } from '../outbound/issuer-keys.ts';
import type { Outbound } from '../outbound/request.ts';
import { matchesSubject, type WorkloadIdentity } from '../policy/client/workload-identities.ts';
import { audienceProblem, clockSkewSeconds, shown, timeProblem, typeProblem } from './assertion-claims.ts';
import { explained, keysUnavailable, type Presented, type Use } from './presented-assertion.ts';
import { isSignedByOne } from './signed-by.ts';

const algorithms = [
  'RS256',
  'ES256',
  'PS256',
  'EdDSA',
  'Ed25519',
  'RS384',
  'RS512',
  'ES384',
  'ES512',
  'PS384',
  'PS512',
];
/** Jobs may be long, and Kubernetes renews its tokens before a day is over. */
const maxAheadSeconds = 24 * 3600;
const maxJtiChars = 1_000;
/** The kubelet writes a token to a file, and its pod uses it until it is renewed. Any other with a `jti` works once. */
const usedAgain = 'system:serviceaccount:';

/** Returns how it is marked as used, unless it may be used again. */
export type VerifyWorkload = (
  presented: Presented & { readonly workloads: readonly WorkloadIdentity[]; readonly issuer: string },
) => Promise<Use | undefined>;

export function workloadVerifier(outbound: Outbound): VerifyWorkload {
  const issuerKeys = createIssuerKeys(outbound);
  return async ({ token, header, claims, workloads, issuer: ours }) => {
    const { iss, sub, jti, exp } = claims as { iss?: unknown; sub: string; jti?: unknown; exp: number };
    const trusted = workloads.filter(({ issuer }) => issuer === iss);
    if (trusted.length === 0) {
      const expected = [...new Set(workloads.map(({ issuer }) => issuer))].join(' or ');
      throw new errors.InvalidClientAuth(`iss of the workload token is ${shown(iss)}, expected ${expected}`);
    }
    if (!algorithms.includes(header.alg ?? '')) {
      throw new errors.InvalidClientAuth(`alg mismatch: the workload token has ${header.alg}`);
    }
    const signed: WorkloadIdentity[] = [];
    const isSigned = signedOnce(token, issuerKeys);
    for (const one of trusted) if (await isSigned(one)) signed.push(one);
    if (signed.length === 0) {
      throw new errors.InvalidClientAuth(
        `no key of ${shown(iss)} has signed the workload token (alg ${header.alg}, kid ${header.kid})`,
      );
    }
    const problem = typeProblem(header.typ, ['jwt']) ?? timeProblem(claims, maxAheadSeconds);
    if (problem) throw explained(problem);
    requireTrust(signed, claims, ours);
    if (jti === undefined || sub.startsWith(usedAgain)) return undefined;
    if (typeof jti !== 'string' || jti === '' || jti.length > maxJtiChars)
      throw explained('jti of the workload token is not usable');
    return { issuer: String(iss), jti, until: Math.ceil(exp) + clockSkewSeconds };
  };
}

/** One of them must fit in subject and audience. */
function requireTrust(
  trusted: readonly WorkloadIdentity[],
  { sub, aud }: { sub?: string; aud?: unknown },
  ours: string,
): void {
  const bySubject = trusted.filter(({ subject }) => matchesSubject(subject, String(sub)));
  if (bySubject.length === 0) {
    const patterns = trusted.map(({ subject }) => subject).join(' or ');
    throw secretly(
      'sub of the workload token is not trusted for this client',
      `it is ${shown(sub)}, expected ${patterns}`,
    );
  }
  const problems = bySubject.map(({ audience = ours }) => audienceProblem(aud, audience));
  if (problems.every((problem) => problem !== undefined)) throw explained(problems[0] as string);
}

/** Signatures of discovered keys are verified once for each issuer, however many subjects are trusted. */
function signedOnce(token: string, issuerKeys: IssuerKeys) {
  let discovered: Promise<boolean> | undefined;
  return async ({ issuer, jwks }: WorkloadIdentity): Promise<boolean> => {
    if (jwks) return isSignedByOne(token, jwks.keys as JWK[], algorithms);
    discovered ??= isSignedByIssuer(token, issuer, issuerKeys);
    return discovered;
  };
}

async function isSignedByIssuer(token: string, issuer: string, issuerKeys: IssuerKeys): Promise<boolean> {
  try {
    if (await isSignedByOne(token, await issuerKeys.of(issuer), algorithms)) return true;
    const newer = await issuerKeys.again(issuer);
    return newer !== undefined && (await isSignedByOne(token, newer, algorithms));
  } catch (error) {
    if (!(error instanceof IssuerUnavailable)) throw error;
    throw keysUnavailable(`the keys of the workload issuer ${issuer} cannot be read now: try again`, error.message);
  }
}

function secretly(description: string, detail: string): Error {
  return Object.assign(new errors.InvalidClientAuth(detail), { error_description: description });
}
