/**
 * The places in the engine that we rely on (docs/engine.md). After an upgrade this test shows which have moved, before a
 * patch that no longer patches anything goes unnoticed.
 */
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { type Adapter, type AdapterPayload, errors, interactionPolicy, Provider } from 'oidc-provider';
import { describe, expect, it } from 'vitest';
import { codeForm } from '../../../src/oidc/adapter/authorization-codes.ts';
import { extraClientMetadata } from '../../../src/oidc/client-metadata.ts';
import { errorEvents } from '../../../src/oidc/patches/events.ts';
import { markId } from '../../../src/oidc/patches/replay.ts';
import { documentsAreOff } from '../../../src/policy/client/document-ids.ts';
import { createNonces } from '../../../src/policy/dpop-nonces.ts';
import { askingFailures } from '../../../src/policy/failures-asking.ts';
import { exchangingFailures } from '../../../src/policy/failures-exchanging.ts';
import { leavingFailures } from '../../../src/policy/failures-leaving.ts';
import { blockedText } from '../../../src/policy/third-party.ts';

const root = new URL('../../../', import.meta.url);
const engine = new URL('node_modules/oidc-provider/lib/', root);
const read = (path: string, from = root) => readFileSync(new URL(path, from), 'utf8');
const textsBelow = (folder: URL, ending: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => read(name, folder));

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The calls that the engine made to its storage, and the rows that it finds there. */
const asked: [model: string, id: string][] = [];
const stored: Record<string, AdapterPayload> = {};
const adapter = (model: string): Partial<Adapter> => ({
  async find(id) {
    asked.push([model, id]);
    return stored[`${model} ${id}`];
  },
  async upsert() {},
});

const provider = new Provider('http://localhost:3000', {
  adapter: (model) => adapter(model) as Adapter,
  cookies: { keys: ['a key'] },
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  jwks: { keys: [privateKey.export({ format: 'jwk' })] },
  features: { devInteractions: { enabled: false } },
  extraClientMetadata: { properties: extraClientMetadata },
});

describe('a method that a patch replaces or wraps', () => {
  it.each([
    ['Client.prototype.compareClientSecret', provider.Client.prototype.compareClientSecret],
    ['Client.prototype.grantTypeAllowed', provider.Client.prototype.grantTypeAllowed],
    ['Client.prototype.includeSid', provider.Client.prototype.includeSid],
    ['Session.prototype.sidFor', provider.Session.prototype.sidFor],
    ['AuthorizationCode.prototype.consume', provider.AuthorizationCode.prototype.consume],
    ['RefreshToken.prototype.generateTokenId', provider.RefreshToken.prototype.generateTokenId],
    ['Client.find', provider.Client.find],
    ['IdToken.validate', provider.IdToken.validate],
    ['ReplayDetection.unique', provider.ReplayDetection.unique],
    ['Provider.prototype.registerResponseMode', Provider.prototype.registerResponseMode],
  ])('exists: %s', (_name, method) => {
    expect(method).toBeTypeOf('function');
  });

  it('the context assigns `params`, so that an accessor on its prototype sees every assignment', () => {
    expect(Object.getOwnPropertyDescriptor(provider.OIDCContext.prototype, 'params')).toBeUndefined();
    const assignments = textsBelow(engine, '.js').flatMap((text) => text.match(/oidc\.params = .*/g) ?? []);
    expect(assignments.sort()).toEqual([
      'oidc.params = new Params(allowList, params);',
      'oidc.params = new Params(getAuthorizationParams(ctx), ctx.oidc.deviceCode.params);',
      'oidc.params = params;',
    ]);
  });

  it('the first handler of a response mode is kept, and the constructor registers the engine’s own', () => {
    expect(read('provider.js', engine)).toMatch(/if \(!responseModes\.has\(name\)\) {\s+responseModes\.set/);
    expect(read('helpers/initialize_app.js', engine)).toMatch(
      /this\.registerResponseMode\('query'.*\n.*'fragment'.*\n.*'form_post'/,
    );
  });
});

describe('a member that engine-types.d.ts declares', () => {
  it('a session has an id, and keeps the previous one when it gets another', () => {
    const session = new provider.Session();
    const { id } = session;
    expect([id, id.length]).toEqual([session.jti, 43]);
    session.resetIdentifier();
    expect(session.oldId).toBe(id);
    expect(session.id).not.toBe(id);
  });

  it('a client keeps our own metadata under the same names', async () => {
    const own = Object.fromEntries(extraClientMetadata.map((name) => [name, `our ${name}`]));
    const redirect_uris = ['https://app.example/callback'];
    stored['Client ours'] = { client_id: 'ours', client_secret: 'secret', redirect_uris, ...own };
    expect(await provider.Client.find('ours')).toMatchObject(own);
  });

  it('the account of a request is the one that findAccount returned', () => {
    expect(read('helpers/configuration_result.js', engine)).toMatch(
      /export function account\(.*\) {[^}]*return \w+;\s+}/,
    );
    expect(read('actions/authorization/session.js', engine)).toContain("ctx.oidc.entity('Account', account)");
  });
});

describe('a value that is copied from the engine', () => {
  it('our list of error events is complete for the endpoints that are turned on', () => {
    const off = /^(?:registration|credential|openid_credential|challenge|backchannel)/;
    const texts = ['helpers/initialize_app.js', 'shared/authorization_error_handler.js', 'shared/error_handler.js'];
    const source = texts.map((path) => read(path, engine)).join();
    const events = [...source.matchAll(/(?:error\(|emit\()'([\w.]*error)'/g)].map(([, name = '']) => name);
    expect([...new Set(events)].filter((name) => !off.test(name)).sort()).toEqual([...errorEvents].sort());
  });

  it('a replay mark has the same id', async () => {
    asked.length = 0;
    await provider.ReplayDetection.unique('issuer', 'id', Date.now() / 1000 + 60);
    expect(asked).toEqual([['ReplayDetection', markId('issuer', 'id')]]);
  });

  it('a code has the form that the adapter expects', () => {
    const { generateTokenId } = Object.getPrototypeOf(provider.AuthorizationCode.prototype);
    for (let i = 0; i < 100; i += 1) expect(generateTokenId.call({ kind: 'AuthorizationCode' })).toMatch(codeForm);
  });

  it('DPoP nonces are the same, and accepted for as long', async () => {
    const { default: Challenge } = await import(new URL('helpers/challenge.js', engine).href);
    const secret = Buffer.alloc(32, 'secret');
    const [theirs, ours] = [new Challenge(secret, 'DPoP'), createNonces(secret)];
    const now = Date.now() / 1000;
    expect(theirs.nextChallenge()).toBe(ours.next(now));
    for (const minutes of [-4, -3, -2, -1, 0, 1, 2, 3, 4]) {
      const nonce = ours.next(now + minutes * 60);
      expect([minutes, theirs.checkChallenge(nonce)]).toEqual([minutes, ours.knows(nonce, now)]);
    }
    expect(read('helpers/validate_dpop.js', engine) + read('provider.js', engine)).toContain("'DPoP'");
  });

  it.each([
    ['patches/exchange-checks', 'missing DPoP proof JWT'],
    ['patches/exchange-checks', 'DPoP proof key thumbprint does not match dpop_jkt'],
    ['patches/empty-password', 'client_id mismatch'],
    ['current-client', 'client not found'],
    ['hooks/error-texts', 'client not found'],
  ])('%s has a message of the engine: %s', (file, message) => {
    expect(read(`src/oidc/${file}.ts`)).toContain(message);
    expect(textsBelow(engine, '.js').some((text) => text.includes(message))).toBe(true);
  });
});

describe('a behaviour of the engine that our code relies on', () => {
  it.each<[claim: string, file: string, text: RegExp]>([
    ['a body that is too long has this message', 'shared/selective_body.js', /new Error\('request entity too large'\)/],
    ['the maximum size of a body is the one on our page', 'shared/selective_body.js', /LIMIT = 56 \* 1024;/],
    [
      'a JWT is refused when the client has authenticated and the token is there',
      'actions/revocation.js',
      /\.\.\.clientAuth,\s+rejectDupes[\s\S]*presence\(ctx, 'token'\);[\s\S]*\n {2}rejectStructuredTokens,\n/,
    ],
    [
      'a JWT is refused when the client has authenticated and the token is there',
      'actions/introspection.js',
      /\.\.\.clientAuth,\s+rejectDupes[\s\S]*presence\(ctx, 'token'\);[\s\S]*\n {2}rejectStructuredTokens,\n/,
    ],
    [
      'each Provider copies the steps for introspection and revocation',
      'helpers/initialize_app.js',
      /post\('revocation', .*\.\.\.revocation\);[\s\S]*post\('introspection', .*\.\.\.introspection\);/,
    ],
    [
      'the secret of the logout form is in the session',
      'actions/end_session.js',
      /const { secret } = ctx\.oidc\.session\.state;/,
    ],
    [
      'the address after a logout is in the session',
      'actions/end_session.js',
      /session\.state\.postLogoutRedirectUri = /,
    ],
    ['the state for that address is in the session', 'actions/end_session.js', /session\.state\.state = /],
    [
      'the session has that address also where another account signs in',
      'actions/authorization/resume.js',
      /postLogoutRedirectUri: ctx\.oidc\.url/,
    ],
    [
      'a sign-out where nobody is signed in answers with a form that submits itself',
      'actions/end_session.js',
      /formPost\(ctx, action, {/,
    ],
    ['the engine waits for a key set as long as outbound/key-fetch', 'helpers/fetch_request.js', /timeout\(2_?500\)/],
    ['its clock tolerance for proofs is five minutes', 'helpers/challenge.js', /STEP = 60;\n.*WINDOW = STEP \* 5;/],
    [
      'the default scope is set after the scope is checked',
      'actions/authorization/index.js',
      /checkScope,[\s\S]*checkExtraParams, /,
    ],
    [
      'the resource of a token request is checked before its scope',
      'actions/grants/client_credentials.js',
      /resolveRequestedResources\(ctx\)[\s\S]*validateClientScope\(ctx\)/,
    ],
    [
      'a code is spent after client, verifier and redirect URI are checked',
      'actions/grants/authorization_code.js',
      /checkPKCE[\s\S]*redirect_uri mismatch[\s\S]*consumeGrantSource\(ctx/,
    ],
    [
      'a refresh token is rotated before its resource is checked',
      'actions/grants/refresh_token.js',
      /consume\(\)[\s\S]*resolveResource\(/,
    ],
    [
      'metadata is hashed in every request',
      'models/client.js',
      /crypto\.hash\('sha256', JSON\.stringify\(properties\)/,
    ],
  ])('%s (%s)', (_claim, file, text) => {
    expect(read(file, engine)).toMatch(text);
  });

  it.each([
    'authorization',
    'resume',
    'token',
    'revocation',
    'introspection',
    'end_session',
    'end_session_confirm',
    'end_session_success',
  ])('there is a route named %s', (name) => {
    expect(read('helpers/initialize_app.js', engine)).toMatch(new RegExp(`(?:get|post)\\('${name}',`));
  });

  it('an interaction that is over is a SessionNotFound', () => {
    expect(new errors.SessionNotFound('over')).toBeInstanceOf(errors.InvalidRequest);
    expect(read('provider.js', engine)).toMatch(/new (?:errors\.)?SessionNotFound\(/);
  });

  it('the scope openid is checked in one step of an authorization request and of a pushed one', () => {
    const steps = read('actions/authorization/index.js', engine);
    expect(steps.match(/use\(checkOpenidScope,.*\bA\b.*\bPAR\b.*\);/g)).toHaveLength(1);
    expect(read('actions/authorization/scopes.js', engine)).toContain('as checkOpenidScope');
  });

  it('the policy has the checks that ours replace', () => {
    const login = interactionPolicy.base().get('login');
    expect(login?.checks.get('max_age')).toBeDefined();
    expect(login?.checks.get('id_token_hint')).toBeDefined();
    const choice = new interactionPolicy.Prompt({ name: 'select_account', requestable: true });
    expect(choice.checks.map(({ reason }) => reason)).toEqual(['select_account_prompt']);
  });

  const messages = [
    engine,
    new URL('src/oidc/', root),
    new URL('src/web/oauth/', root),
    new URL('src/policy/client/', root),
  ]
    .flatMap((folder) => textsBelow(folder, folder === engine ? '.js' : '.ts'))
    .flatMap((text) =>
      Array.from(text.matchAll(/(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1/g), ([, , message = '']) => message),
    );
  /** With those that the engine composes from a label, or from a singular or plural, and ours that have a name. */
  const composed = [...messages, blockedText, documentsAreOff].map((text) =>
    text
      .replace(/\$\{(?:entityL|l)abel\}/g, 'authorization code')
      .replace(/\$\{formatters\.pluralize\('(\w+)'.*?\)\}/g, '$1'),
  );
  const patterns = [...askingFailures, ...exchangingFailures, ...leavingFailures].flatMap(([error, pattern]) =>
    pattern ? alternativesOf(pattern).map((one): [string, RegExp] => [error, one]) : [],
  );

  it.each(patterns)('an error message exists that the advice on %s matches: %s', (_error, pattern) => {
    expect(composed.filter((text) => pattern.test(text))).not.toEqual([]);
  });
});

/** Returns the top-level alternatives of a pattern. */
function alternativesOf({ source, flags }: RegExp): RegExp[] {
  let depth = 0;
  let parts = [''];
  for (const char of source) {
    depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    if (char === '|' && depth === 0) parts = [...parts, ''];
    else parts.push(`${parts.pop()}${char}`);
  }
  return parts.map((part) => new RegExp(part, flags));
}

describe('docs/engine.md', () => {
  const document = read('docs/engine.md');
  const { version } = JSON.parse(read('node_modules/oidc-provider/package.json'));

  it('names the version that is installed', () => {
    expect(document).toContain(`oidc-provider **${version}**`);
    expect(JSON.parse(read('package.json')).dependencies['oidc-provider']).toBe(version);
  });

  const rows = [...document.matchAll(/^\| `([\w-]+)` \| (.+) \| (.+) \| (.+) \| (.+) \|$/gm)];

  it('has a row for every patch, and no other row', () => {
    const patches = readdirSync(new URL('src/oidc/patches/', root)).filter((name) => name.endsWith('.ts'));
    expect(patches.length).toBeGreaterThan(14);
    expect(rows.map(([, name]) => `${name}.ts`).sort()).toEqual(patches.sort());
  });

  it.each(rows.map(([, name = '', , , seen = '', test = '']) => ({ name, seen, test })))(
    'has this version and a test for the patch $name',
    ({ seen, test }) => {
      expect(seen).toBe(version);
      const files = [...test.matchAll(/`([\w/-]+)`/g)].map(([, path]) => `test/${path}.test.ts`);
      expect(files).not.toEqual([]);
      for (const file of files) expect(read(file)).not.toBe('');
    },
  );
});

it('no code outside of the patches modifies the engine', () => {
  const outside = ['src/oidc/', 'src/web/', 'src/server/']
    .flatMap((folder) =>
      readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map((name) => folder + name),
    )
    .filter((path) => path.endsWith('.ts') && !path.startsWith('src/oidc/patches/'));
  expect(outside.length).toBeGreaterThan(150);
  const modifies = /\.prototype\b|oidc-provider\/|constructor\.name|provider\(?\)?\.[A-Z]\w+\.\w+ = /;
  expect(outside.filter((path) => modifies.test(read(path)))).toEqual([]);
});
