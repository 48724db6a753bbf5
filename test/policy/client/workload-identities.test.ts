/** What a service may trust: a subject that strangers can have is refused, and a pattern fits whole subjects only. */
import { describe, expect, it } from 'vitest';
import { completeClient } from '../../../src/policy/client/registration.ts';
import type { ClientInput } from '../../../src/policy/client/schema.ts';
import { checkWorkloadIdentities, matchesSubject } from '../../../src/policy/client/workload-identities.ts';

const issuer = 'https://issuer.example';
const github = 'https://token.actions.githubusercontent.com';
const gitlab = 'https://gitlab.com';
const key = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };

describe('a subject is allowed', () => {
  it.each([
    'repo:example/notes:ref:refs/heads/main',
    'repo:example/notes:environment:prod',
    'repo:example/notes:environment:North Europe',
    'repo:example/notes:pull_request',
    'repo:example/notes:*',
    'repo:example/notes:ref:refs/heads/release/*',
    'repo:example/notes:ref:refs/heads/release-*',
    'repo:example/notes:environment:*:job:deploy',
    'system:serviceaccount:notes:worker',
    'system:serviceaccount:notes:*',
    'system:serviceaccount:notes:worker-*',
    'project_path:group/project:ref_type:branch:ref:main',
    'project_path:group/project:ref_type:*:ref:main',
    'spiffe://example.org/ns/notes/sa/worker',
    '4f1c2d3e-0000-4000-8000-000000000000',
  ])('%s', (subject) => {
    expect(checkWorkloadIdentities([{ issuer, subject }])).toBeUndefined();
  });
});

describe('a subject that overreaches is refused, and the text says why', () => {
  const reach = /strangers have such subjects too/;
  const misplaced = /a \* is a whole part between : or \/, or the end/;
  it.each<[subject: string, why: RegExp]>([
    ['*', reach],
    ['**', misplaced],
    ['repo:*', reach],
    ['repo:example*', reach],
    ['repo:example/*', reach],
    ['repo:example/notes*', reach],
    ['repo:*/notes:ref:refs/heads/main', reach],
    ['repo:example/*:ref:refs/heads/main', reach],
    ['repo:example/no*es:ref:refs/heads/main', misplaced],
    ['repo:example/notes:ref:refs/heads/*ain', misplaced],
    ['repo:example/notes:ref:**', misplaced],
    ['*:example/notes:ref:refs/heads/main', reach],
    ['::*', reach],
    ['repo::*', reach],
    ['system:*', reach],
    ['system:serviceaccount:*', reach],
    ['system:serviceaccount:*:worker', reach],
    ['system:serviceaccount:notes*', reach],
    ['system:serviceaccount::*', reach],
    ['project_path:group/*', reach],
    ['project_path:group/subgroup/*', reach],
    ['spiffe://example.org/*', reach],
    ['', /1 to 400 visible/],
    [' repo:example/notes:x', /1 to 400 visible/],
    ['repo:example/notes:x\n', /1 to 400 visible/],
    ['repo:example/notes:\0', /1 to 400 visible/],
    ['repo:example/notes:\u202ex', /1 to 400 visible/],
  ])('%j', (subject, why) => {
    expect(checkWorkloadIdentities([{ issuer, subject }])).toMatch(why);
  });
});

describe('an issuer of which everybody has tokens', () => {
  it.each<[issuer: string, subject: string]>([
    [github, 'repo:example/notes:ref:refs/heads/main'],
    [github, 'repo:example/notes:*'],
    [github, 'repo:example@12/notes@345:environment:prod'],
    [github, 'repository:example/notes:environment:prod'],
    [github, 'environment:prod:repo:example/notes'],
    [github, 'repository_owner:example:environment:prod'],
    [github, 'repository_owner_id:65:environment:*'],
    [github, 'repository_id:74:*'],
    [gitlab, 'project_path:group/subgroup/project:ref_type:branch:ref:main'],
    [gitlab, 'project_path:group/project:*'],
  ])('%s is trusted for %s', (of, subject) => {
    expect(checkWorkloadIdentities([{ issuer: of, subject }])).toBeUndefined();
  });

  it.each<[issuer: string, subject: string]>([
    [github, 'environment:production'],
    [github, 'environment:production:*'],
    [github, 'repository_visibility:public:*'],
    [github, 'ref:refs/heads/main:*'],
    [github, 'environment:prod:repo:*'],
    [github, 'environment:prod:repo:example/*'],
    [github, 'environment:prod:myrepo:example/notes'],
    [github, 'job_workflow_ref:example/notes/.github/workflows/deploy.yml@refs/heads/main'],
    [github, 'repo:example'],
    [gitlab, 'ref_type:branch:ref:main'],
    [gitlab, 'ref:main:project_path:group/project'],
    [gitlab, 'project_path:group:ref_type:*'],
  ])('%s is not trusted for %s, which strangers can have', (of, subject) => {
    expect(checkWorkloadIdentities([{ issuer: of, subject }])).toMatch(/strangers have such subjects too/);
  });
});

describe('a pattern', () => {
  it.each<[pattern: string, subject: string, fits: boolean]>([
    ['repo:a/b:ref:refs/heads/main', 'repo:a/b:ref:refs/heads/main', true],
    ['repo:a/b:ref:refs/heads/main', 'repo:a/b:ref:refs/heads/main2', false],
    ['repo:a/b:ref:refs/heads/main', 'xrepo:a/b:ref:refs/heads/main', false],
    ['repo:a/b:ref:refs/heads/main', 'repo:A/b:ref:refs/heads/main', false],
    ['repo:a/b:*', 'repo:a/b:ref:refs/heads/main', true],
    ['repo:a/b:*', 'repo:a/b:', false],
    ['repo:a/b:*', 'repo:a/bc:ref', false],
    ['repo:a/b:*', 'repo:a/b', false],
    ['repo:a/b:*', 'x\nrepo:a/b:ref', false],
    ['repo:a/b:*:job:x', 'repo:a/b:ref:job:x', true],
    ['repo:a/b:*:job:x', 'repo:a/b:ref:job:job:x', false],
    ['repo:a/b:*:job:x', 'repo:a/b:ref/heads:job:x', false],
    ['repo:a/b:*:job:x', 'repo:a/b::job:x', false],
    ['repo:a/b:*:job:*', 'repo:a/b:ref:job:x:y', true],
    ['repo:a/b:ref:refs/heads/r-*', 'repo:a/b:ref:refs/heads/r-1/2', true],
    ['repo:a/b:ref:refs/heads/r-*', 'repo:a/b:ref:refs/heads/r-', false],
    ['repo:a/b.c:*', 'repo:a/bxc:ref', false],
    ['repo:a/(b):[x]:*', 'repo:a/(b):[x]:y', true],
    ['system:serviceaccount:ns:*', 'system:serviceaccount:ns2:a', false],
  ])('%s and %s', (pattern, subject, fits) => {
    expect(matchesSubject(pattern, subject)).toBe(fits);
  });

  it('costs no time with a subject that is made for it', () => {
    const pattern = `repo:a/b:${'*:'.repeat(150)}*`;
    const begin = performance.now();
    expect(matchesSubject(pattern, `repo:a/b:${'a:'.repeat(900)}`)).toBe(true);
    expect(matchesSubject(pattern, `repo:a/b:${'a'.repeat(1_900)}`)).toBe(false);
    expect(matchesSubject(pattern, 'a'.repeat(1e6))).toBe(false);
    // Trying every way to divide the subject would take years.
    expect(performance.now() - begin).toBeLessThan(20_000);
  });
});

describe('a registration', () => {
  const subject = 'repo:example/notes:ref:refs/heads/main';
  const service = {
    client_name: 'Deploy',
    type: 'service',
    scope: 'projects:read',
    token_endpoint_auth_method: 'workload_identity',
    workload_identities: [{ issuer, subject }],
  };
  it('is kept as it was given', () => {
    const full = { issuer, subject, audience: 'https://auth.example', jwks: { keys: [key] } };
    const client = completeClient({ ...service, workload_identities: [full] } as ClientInput);
    expect(client.workload_identities).toEqual([full]);
  });

  it.each<[input: object, field: string, problem: RegExp]>([
    [{ workload_identities: [] }, 'token_endpoint_auth_method', /needs workload_identities/],
    [{ workload_identities: null }, 'token_endpoint_auth_method', /needs workload_identities/],
    [{ token_endpoint_auth_method: 'client_secret_basic' }, 'workload_identities', /must be empty unless/],
    [{ type: 'web', redirect_uris: ['https://a.example/'] }, 'token_endpoint_auth_method', /for type web/],
    [{ workload_identities: 'all' }, 'workload_identities', /a list/],
    [{ workload_identities: ['all'] }, 'workload_identities', /entry 1 must be an object/],
    [{ workload_identities: [{ issuer }] }, 'workload_identities', /entry 1 subject is missing/],
    [{ workload_identities: [{ subject }] }, 'workload_identities', /entry 1 issuer is missing/],
    [{ workload_identities: [{ issuer, subject, secret: 1 }] }, 'workload_identities', /must not have secret/],
    [{ workload_identities: [{ issuer, subject: 'a'.repeat(401) }] }, 'workload_identities', /at most 400/],
    [
      { workload_identities: Array.from({ length: 11 }, () => ({ issuer, subject })) },
      'workload_identities',
      /at most 10/,
    ],
    [{ workload_identities: [{ issuer: 'http://a.example', subject }] }, 'workload_identities', /is not one/],
    [{ workload_identities: [{ issuer: 'https://a.example/?x', subject }] }, 'workload_identities', /is not one/],
    [{ workload_identities: [{ issuer: 'https://a.example/#x', subject }] }, 'workload_identities', /is not one/],
    [{ workload_identities: [{ issuer: 'https://a:b@a.example', subject }] }, 'workload_identities', /is not one/],
    [{ workload_identities: [{ issuer: 'a', subject }] }, 'workload_identities', /is not one/],
    [{ workload_identities: [{ issuer, subject, audience: '' }] }, 'workload_identities', /audiences of visible/],
    [{ workload_identities: [{ issuer, subject, jwks: {} }] }, 'workload_identities', /entry 1 jwks keys is missing/],
    [{ workload_identities: [{ issuer, subject, jwks: { keys: [] } }] }, 'workload_identities', /1 to 20 keys/],
    [
      { workload_identities: [{ issuer, subject, jwks: { keys: [{ ...key, d: 'private' }] } }] },
      'workload_identities',
      /public keys only/,
    ],
  ])('with %j is refused at %s', (input, field, problem) => {
    const complete = () => completeClient({ ...service, ...input } as ClientInput);
    expect(complete).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ [field]: expect.stringMatching(problem) }) }),
    );
  });
});
