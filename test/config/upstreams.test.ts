/** UPSTREAMS and ACCOUNTS_UPSTREAM: what is read, and that all problems are named without a secret. */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import type { ConfigError, Environment } from '../../src/config/problems.ts';

const secret = 'a-client-secret-that-nobody-may-see';
const example = {
  name: 'example',
  issuer: 'https://id.example.com/realms/one',
  client_id: 'ours',
  client_secret: secret,
  title: 'Example ID',
};
const gitHub = { name: 'github', kind: 'github', client_id: 'ours', client_secret: secret, title: 'GitHub' };
const production = {
  ISSUER: 'https://auth.example.com',
  DATABASE_URL: 'postgresql://localhost/x',
  SECRETS: 's'.repeat(32),
};

const read = (list: readonly object[], more: Environment = {}) =>
  readConfig({ ...production, UPSTREAMS: JSON.stringify(list), ...more });

function problemsOf(env: Environment): readonly { name: string; problem: string }[] {
  try {
    readConfig({ ...production, ...env });
  } catch (error) {
    expect(String(error)).not.toContain(secret);
    return (error as ConfigError).problems;
  }
  throw new Error('it was accepted');
}
const problemsWith = (...list: unknown[]) =>
  problemsOf({ UPSTREAMS: JSON.stringify(list) }).map(({ problem }) => problem);

describe('a provider', () => {
  it('has defaults for what most need not say', () => {
    expect(read([example, gitHub]).upstreams).toEqual([
      {
        name: 'example',
        kind: 'oidc',
        issuer: 'https://id.example.com/realms/one',
        clientId: 'ours',
        clientSecret: secret,
        authMethod: undefined,
        scopes: ['openid', 'profile', 'email'],
        title: 'Example ID',
        icon: 'card',
        trustEmail: false,
        trustMfa: false,
        enterprise: false,
      },
      expect.objectContaining({
        kind: 'github',
        issuer: 'https://github.com',
        scopes: ['read:user', 'user:email'],
        icon: 'github',
        trustEmail: false,
      }),
    ]);
  });

  it('keeps the spelling of its issuer, because the provider repeats it exactly', () => {
    expect(read([{ ...example, issuer: 'https://id.example.com/' }]).upstreams[0]?.issuer).toBe(
      'https://id.example.com/',
    );
  });

  it.each([
    [{ name: 'Example' }, '"Example": name must have 1 to 32 lower-case letters'],
    [{ name: 'problem' }, '"problem": name must have'],
    [{ name: undefined }, 'number 1: name must have'],
    [{ issuer: 'http://id.example.com' }, '"example": issuer must be an https:// address'],
    [{ issuer: 'https://a:b@id.example.com' }, '"example": issuer must be'],
    [{ issuer: 'https://id.example.com?x' }, '"example": issuer must be'],
    [{ issuer: 'https:evil.example' }, '"example": issuer must be an https:// address'],
    [{ issuer: 'https:/evil.example' }, '"example": issuer must be an https:// address'],
    [{ issuer: 'https:///evil.example' }, '"example": issuer must be an https:// address'],
    [{ issuer: 'https:\\\\evil.example' }, '"example": issuer must be an https:// address'],
    [{ issuer: undefined }, '"example": issuer must be'],
    [{ client_id: '' }, '"example": client_id is required'],
    [{ client_secret: undefined }, '"example": client_secret is required'],
    [{ title: undefined }, '"example": title is required'],
    [{ title: 'A\u202eB' }, '"example": title is required'],
    [{ icon: 'https://evil.example/i.png' }, '"example": icon must be one of card, github, own'],
    [{ kind: 'saml' }, '"example": kind must be one of oidc, github'],
    [{ auth_method: 'none' }, '"example": auth_method must be one of'],
    [{ scopes: 'email' }, '"example": scopes must include openid'],
    [{ scopes: ['openid'] }, '"example": scopes must be words'],
    [{ trust_email: 'true' }, '"example": trust_email must be true or false'],
    [{ trusts_email: true }, '"example": trusts_email is not known'],
    [
      { kind: 'github', issuer: 'https://ghe.example.com/' },
      '"example": issuer must be an origin: write https://ghe.example.com',
    ],
    [{ kind: 'github', issuer: 'https://ghe.example.com', trust_mfa: true }, 'trust_mfa is not possible'],
  ])('with %j is refused by name', (wrong, says) => {
    expect(problemsWith({ ...example, ...wrong })).toEqual([expect.stringContaining(says)]);
  });

  it('is told all of its problems at once, with those of the others', () => {
    const [problem] = problemsWith({ ...example, title: '' }, { ...gitHub, client_id: '', icon: 'x' }, 'text');
    for (const says of ['"example": title', '"github": client_id', '"github": icon', 'number 3: must be an object']) {
      expect(problem).toContain(says);
    }
  });

  it('shares its name and its issuer with no other', () => {
    expect(problemsWith(example, { ...example, issuer: 'https://b.example' })).toEqual([
      expect.stringContaining('two providers have the name example'),
    ]);
    expect(problemsWith(example, { ...example, name: 'two' })).toEqual([
      expect.stringContaining('two providers have the issuer https://id.example.com/realms/one'),
    ]);
  });

  it.each(['{', '{}', `[{"client_secret": "${secret}"`, `"${secret}"`])(
    'that is not in a JSON array is refused: %s',
    (text) => {
      expect(problemsOf({ UPSTREAMS: text })).toEqual([
        { name: 'UPSTREAMS', problem: expect.stringContaining('must be a JSON array of providers') },
      ]);
    },
  );

  it('over plain http is accepted only on this machine, for a server on this machine', () => {
    const local = { ...example, issuer: 'http://localhost:9000' };
    expect(readConfig({ UPSTREAMS: JSON.stringify([local]) }).upstreams).toHaveLength(1);
    expect(problemsWith(local)).toEqual([expect.stringContaining('must have https:// issuers')]);
  });
});

describe('ACCOUNTS_UPSTREAM', () => {
  const home = (name: string, ...list: object[]) =>
    problemsOf({ UPSTREAMS: JSON.stringify(list), ACCOUNTS_UPSTREAM: name });

  it('names a provider whose addresses are trusted', () => {
    const config = read([{ ...example, trust_email: true }, gitHub], { ACCOUNTS_UPSTREAM: 'example' });
    expect(config.accountsUpstream).toBe('example');
  });

  it('is refused if there is no such provider, or its addresses are not trusted', () => {
    expect(home('elsewhere', example, gitHub)).toEqual([
      { name: 'ACCOUNTS_UPSTREAM', problem: 'must be the name of one of UPSTREAMS: example, github' },
    ]);
    expect(home('example')).toEqual([{ name: 'ACCOUNTS_UPSTREAM', problem: 'must be the name of one of UPSTREAMS' }]);
    expect(home('example', example)).toEqual([
      { name: 'ACCOUNTS_UPSTREAM', problem: expect.stringContaining('"trust_email": true') },
    ]);
  });
});
