/**
 * Workloads of other issuers (a job of GitHub Actions, a service account of Kubernetes) that a service trusts instead of a
 * secret: whoever presents a token of this issuer, with this subject and audience, is the client (RFC 7523 §2.2).
 */
import { z } from 'zod';
import { problemText } from '../problem-texts.ts';
import { checkFetchedAddress, checkHttpsAddress } from '../web-addresses.ts';
import { checkKeys } from './keys.ts';

export const maxWorkloadIdentities = 10;
const maxSubjectChars = 400;
/** Subjects are compared with patterns, so longer ones are not looked at. */
const maxPresentedChars = 2_000;

export const workloadIdentitySchema = z.strictObject({
  issuer: z.string().max(2000).meta({ description: 'The `iss` of its tokens, character for character' }),
  subject: z.string().max(maxSubjectChars).meta({
    description:
      'The `sub` of its tokens. A `*` between `:` or `/` stands for one part, a `*` at the end for all that follows',
    example: 'repo:example/notes:ref:refs/heads/main',
  }),
  audience: z
    .string()
    .max(2000)
    .optional()
    .meta({ description: 'The only `aud` of its tokens; without it, the issuer of this server' }),
  jwks: z
    .strictObject({ keys: z.array(z.record(z.string().max(100), z.unknown())).max(20) })
    .optional()
    .meta({
      description: 'The public keys of an issuer that this server can’t reach; without it, they are discovered',
    }),
});

export type WorkloadIdentity = z.output<typeof workloadIdentitySchema>;

/** What is wrong with the first wrong one; undefined when nothing is. */
export function checkWorkloadIdentities(identities: readonly WorkloadIdentity[]): string | undefined {
  for (const { issuer, subject, audience, jwks } of identities) {
    if (checkHttpsAddress(issuer) !== undefined || issuer.includes('?')) return problemText('workloadIssuer', issuer);
    // Without registered keys, this server reads them there.
    if (jwks === undefined && checkFetchedAddress(issuer)) return problemText('workloadPrivate', issuer);
    const problem = checkSubject(subject, issuer);
    if (problem !== undefined) return problem;
    if (audience !== undefined && !isText(audience)) return problemText('workloadAudience');
    const keyProblem = jwks && checkKeys(jwks.keys);
    if (keyProblem) return `must have a valid jwks: it ${keyProblem}`;
  }
  return undefined;
}

/** Something visible, without control characters, and without spaces around it. */
const isText = (text: string): boolean => /^\P{C}+$/u.test(text) && text.trim() === text && text !== '';

/**
 * Issuers of which everybody can have tokens, whose users choose what a subject says: it must also say whose it is. GitHub
 * escapes colons in values, and its `job_workflow_ref` is left out, because repositories of strangers call public workflows.
 */
const namesOwner: Readonly<Record<string, RegExp>> = {
  'https://token.actions.githubusercontent.com':
    /(?:^|:)(?:(?:repo|repository):[^:/*]+\/[^:/*]+|repository_owner:[^:/*]+|(?:repository|repository_owner)_id:\d+)(?::|$)/,
  'https://gitlab.com': /^project_path:[^:/*]+(?:\/[^:/*]+)+(?::|$)/,
};

/**
 * A `*` must not reach workloads of strangers. Everybody can have a repository at GitHub, so a pattern names owner and
 * repository in full; the same goes for a project at GitLab and a namespace of Kubernetes. They are what stands before
 * the second colon, or the third in Kubernetes.
 */
function checkSubject(pattern: string, issuer: string): string | undefined {
  if (!isText(pattern)) return problemText('workloadSubject', maxSubjectChars);
  const overreaches = problemText('workloadReach', pattern);
  const star = pattern.indexOf('*');
  const owned = namesOwner[issuer]?.test(pattern) ?? true;
  if (star === -1) return owned ? undefined : overreaches;
  const parts = pattern.split(/[:/]/);
  const misplaced = parts.some((part, i) => {
    const text = i === parts.length - 1 ? part.replace(/\*$/, '') : part === '*' ? '' : part;
    return text.includes('*');
  });
  if (misplaced) return problemText('workloadStar', pattern);
  const fixed = pattern.slice(0, star).split(':').slice(0, -1);
  const needed = pattern.startsWith('system:serviceaccount:') ? 3 : 2;
  return !owned || fixed.length < needed || fixed.slice(0, needed).includes('') ? overreaches : undefined;
}

/** Whether the pattern fits the whole subject. Case matters. */
export function matchesSubject(pattern: string, subject: string): boolean {
  if (!pattern.includes('*')) return pattern === subject;
  if (subject.length > maxPresentedChars) return false;
  const parts = pattern.split('*');
  const last = parts.length - 1;
  const source = parts.map((part, i) => {
    const text = part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    const atEnd = i === last - 1 && parts[last] === '';
    return i === last ? text : `${text}${atEnd ? '.+' : '[^:/]+'}`;
  });
  return new RegExp(`^${source.join('')}$`, 'su').test(subject);
}
