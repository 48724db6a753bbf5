/** The proxy configurations of docs/gateway/, run as they are, on free ports, where the program is installed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { obtainTokens, post } from '../support/oauth.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { sleep } from './feed-reader.ts';
import {
  bearer,
  eventually,
  head,
  raw,
  type Seen,
  startTestGateway,
  startUpstream,
  statuses,
  type TestGateway,
  type TestUpstream,
} from './running-gateway.ts';
import { type Forge, forgeOf, strangersKey } from './tokens.ts';

const modules = '/usr/lib/apache2/modules';
const installed = (program: string) => !spawnSync(program, ['-v']).error;
const hasNginx = installed('nginx');
const hasApache = installed('apache2') && existsSync(`${modules}/mod_auth_openidc.so`);

let server: TestServer;
let forge: Forge;
let upstream: TestUpstream;
beforeAll(async () => {
  server = await startTestServer();
  forge = await forgeOf(server);
  upstream = await startUpstream();
});
afterAll(async () => {
  upstream.stop();
  await server.stop();
});

/** Starts the program with the file of the docs, with other addresses, in a folder of its own; it ends with `stop`. */
async function run(
  file: string,
  addresses: Record<string, string>,
  start: (config: string, folder: string) => ChildProcess,
) {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
  const original = readFileSync(new URL(`../../docs/gateway/${file}`, import.meta.url), 'utf8');
  for (const from of Object.keys(addresses)) if (!original.includes(from)) throw new Error(`${file} has no ${from}`);
  const text = original.replace(
    new RegExp(`(?:${Object.keys(addresses).join('|')})(?!\\d)`, 'g'),
    (from) => addresses[from] as string,
  );
  const config = join(folder, file);
  writeFileSync(config, text);
  const child = start(config, folder);
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  return {
    said: () => said + (existsSync(join(folder, 'error.log')) ? readFileSync(join(folder, 'error.log'), 'utf8') : ''),
    async stop() {
      child.kill();
      if (child.exitCode === null) await once(child, 'exit');
      await sleep(100);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** mod_auth_openidc reads keys only over https: this puts TLS in front of the server, with a certificate to trust. */
async function startTls(issuer: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['req', '-x509', '-nodes', '-days', '2', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  spawnSync('openssl', [...kind, ...subject, '-keyout', key, '-out', certificate]);
  const line = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { authorization = '', 'content-type': type = 'application/x-www-form-urlencoded' } = request.headers;
    const headers = { 'content-type': type, ...(authorization && { authorization }) };
    const init = request.method === 'POST' ? { method: 'POST', headers, body } : { headers };
    const answer = await fetch(issuer + request.url, init);
    const answered = { 'content-type': String(answer.headers.get('content-type')) };
    response.writeHead(answer.status, answered).end(await answer.text());
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    line.close();
    line.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  };
  return { origin: `https://localhost:${(line.address() as { port: number }).port}`, certificate, stop };
}

const answers = (origin: string) =>
  eventually(() =>
    fetch(`${origin}/v1/projects`).then(
      (r) => r.status < 500,
      () => false,
    ),
  );

async function call(origin: string, path: string, token?: string, init: RequestInit = {}) {
  const headers = { ...(token ? bearer(token) : {}), ...(init.headers as Record<string, string>) };
  const response = await fetch(`${origin}${path}`, { ...init, headers });
  const text = await response.text();
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    id: response.headers.get('x-request-id'),
    body: text.startsWith('{')
      ? (JSON.parse(text) as Seen & { success?: boolean; error?: { code: string }; meta?: { request_id: string } })
      : undefined,
  };
}

const lies = {
  'x-auth-subject': 'admin',
  'x-auth-client': 'admin',
  'x-auth-scope': 'admin',
  'x-auth-signature': 'admin',
  'x-http-method-override': 'DELETE',
  'x-http-method': 'DELETE',
  'x-method-override': 'DELETE',
  'x-original-url': '/v1/admin',
  'x-rewrite-url': '/v1/admin',
  'x-real-ip': 'admin',
  'x-client-ip': 'admin',
  'true-client-ip': 'admin',
  'x-forwarded-for': 'admin',
  'x-forwarded-host': 'admin',
  'x-forwarded-proto': 'admin',
  forwarded: 'for=admin',
  proxy: 'http://admin',
  dpop: 'admin',
  // Some servers read header names in this way.
  x_auth_subject: 'admin',
  'X-Auth_Scope': 'admin',
  x_http_method_override: 'DELETE',
  'x-http-method_override': 'DELETE',
  'X_Original-URL': '/v1/admin',
  x_forwarded_for: 'admin',
};

/** The reason for a skipped test, shown in the run. */
const unless = (there: boolean, what: string) => (there ? '' : `: skipped, since ${what} is not installed`);

describe.skipIf(!hasNginx)(`nginx (docs/gateway/nginx.conf)${unless(hasNginx, 'nginx')}`, () => {
  let gateway: TestGateway;
  let nginx: Awaited<ReturnType<typeof run>>;
  let origin: string;
  beforeAll(async () => {
    gateway = await startTestGateway(server);
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    const addresses = {
      '127.0.0.1:8080': `127.0.0.1:${port}`,
      '127.0.0.1:3001': new URL(gateway.origin).host,
      '127.0.0.1:4000': new URL(upstream.url).host,
    };
    nginx = await run('nginx.conf', addresses, (config, folder) =>
      spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', config, '-g', 'daemon off;']),
    );
    if (!(await answers(origin))) throw new Error(nginx.said());
  });
  afterAll(async () => {
    await nginx.stop();
    await gateway.stop();
  });

  it('lets a call through with the identity of its caller, and without what callers claim', async () => {
    const token = await forge.token({ scope: 'projects:read projects:write' });
    const { status, body } = await call(origin, '/v1/projects?a=%2F', token, {
      method: 'POST',
      body: 'x=1',
      headers: { ...lies, 'x.auth.subject': 'admin' },
    });
    expect([status, body?.url, body?.body, body?.method]).toEqual([200, '/v1/projects?a=%2F', 'x=1', 'POST']);
    expect(body?.headers).toMatchObject({
      'x-auth-subject': server.person.id,
      'x-auth-client': 'spa',
      'x-auth-scope': 'projects:read projects:write',
    });
    expect(JSON.stringify(body?.headers).match(/"[\w.-]+":"[^"]*(?:admin|DELETE|Bearer)[^"]*"/g)).toBeNull();
  });

  it('refuses with 401 and 403 and one challenge each, in the envelope', async () => {
    const none = await call(origin, '/v1/projects');
    expect([none.status, none.body?.error?.code]).toEqual([401, 'UNAUTHORIZED']);
    expect(none.challenge).toMatch(/^Bearer scope="projects:read", resource_metadata="[^"]+", DPoP algs="[^"]+"$/);
    const little = await call(origin, '/v1/projects/p1', await forge.token(), { method: 'DELETE' });
    expect([little.status, little.body?.error?.code]).toEqual([403, 'FORBIDDEN']);
    expect(little.challenge).toMatch(
      /^Bearer error="insufficient_scope", .* scope="projects:write", resource_metadata="[^"]+"$/,
    );
    for (const { id, body } of [none, little]) {
      expect([id, body?.meta?.request_id]).toEqual([expect.stringMatching(/^req_/), id]);
    }
  });

  it('serves the document that its challenges name', async () => {
    const { challenge } = await call(origin, '/v1/projects');
    const [, named = ''] = /resource_metadata="([^"]+)"/.exec(challenge ?? '') ?? [];
    const { status, body } = await call(origin, new URL(named).pathname);
    expect([status, body]).toEqual([200, expect.objectContaining({ authorization_servers: [server.issuer] })]);
  });

  it.each(['/v1/x/../projects', '/v1//projects', '/v1/projects%2fp1', '/v1/unknown', '/elsewhere'])(
    'lets %s not through',
    async (path) => {
      const before = upstream.seen.length;
      const headers = { Host: 'api', Connection: 'close', Authorization: `Bearer ${await forge.token()}` };
      const [status] = statuses(await raw(origin, head(`GET ${path} HTTP/1.1`, headers)));
      expect([400, 403, 404]).toContain(status);
      expect(upstream.seen.length).toBe(before);
    },
  );

  it('is not misled by a caller that describes another call', async () => {
    const headers = {
      'x-original-uri': '/v1/projects',
      'x-original-method': 'GET',
      'x-forwarded-uri': '/v1/projects',
      'x-forwarded-method': 'GET',
    };
    expect((await call(origin, '/v1/projects/p1', await forge.token(), { method: 'DELETE', headers })).status).toBe(
      403,
    );
  });

  it('soon refuses a revoked token', async () => {
    const { access_token: token } = await obtainTokens(server);
    expect((await call(origin, '/v1/projects', token)).status).toBe(200);
    await post(server, '/oauth/revoke', { token });
    expect(await eventually(async () => (await call(origin, '/v1/projects', token)).status === 401)).toBe(true);
  });

  it('lets nobody through without the gateway', async () => {
    await gateway.stop();
    const { status, id, body } = await call(origin, '/v1/projects', await forge.token());
    expect([status, id]).toEqual([503, expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(body?.meta?.request_id).toBe(id);
    gateway = await startTestGateway(server);
  });
});

const apacheTitle = `Apache (docs/gateway/apache.conf)${unless(hasApache, 'Apache or its mod_auth_openidc')}`;
describe.skipIf(!hasApache)(apacheTitle, () => {
  let tls: Awaited<ReturnType<typeof startTls>>;
  let apache: Awaited<ReturnType<typeof run>>;
  const origins: Record<string, string> = {};
  beforeAll(async () => {
    tls = await startTls(server.issuer);
    const [jwks, introspection] = [await freePort(), await freePort()];
    origins.jwks = `http://127.0.0.1:${jwks}`;
    origins.introspection = `http://127.0.0.1:${introspection}`;
    const addresses = {
      '127.0.0.1:8081': `127.0.0.1:${jwks}`,
      '127.0.0.1:8082': `127.0.0.1:${introspection}`,
      '127.0.0.1:4000': new URL(upstream.url).host,
      'iss:https://auth.vibecaas.com': `iss:${server.issuer}`,
      'https://auth.vibecaas.com': tls.origin,
    };
    const trust = `OIDCCABundlePath "${tls.certificate}"`;
    apache = await run('apache.conf', addresses, (config, folder) =>
      spawn('apache2', ['-f', config, '-c', trust, '-DFOREGROUND'], {
        env: {
          ...process.env,
          APACHE_DIR: folder,
          APACHE_MODULES: modules,
          GATEWAY_CLIENT_ID: 'gateway',
          GATEWAY_CLIENT_SECRET: secrets.gateway,
        },
      }),
    );
    for (const origin of Object.values(origins)) if (!(await answers(origin))) throw new Error(apache.said());
  });
  afterAll(async () => {
    await apache.stop();
    tls.stop();
  });

  describe.each(['jwks', 'introspection'])('by %s', (kind) => {
    it('lets a call through with the identity of its caller, and without what callers claim', async () => {
      const { access_token: token } = await obtainTokens(server, { scope: 'projects:read' });
      const { status, body } = await call(origins[kind] as string, '/v1/projects?a=%2F', token, { headers: lies });
      expect([status, body?.url]).toEqual([200, '/v1/projects?a=%2F']);
      expect(body?.headers).toMatchObject({
        'x-auth-subject': server.person.id,
        'x-auth-client': 'spa',
        'x-auth-scope': 'projects:read',
      });
      expect(JSON.stringify(body?.headers).match(/"[\w.-]+":"[^"]*(?:admin|DELETE|Bearer)[^"]*"/g)).toBeNull();
    });

    it.each([
      '/v1/x/../projects',
      '/v1/x/%2e%2E/projects',
      '/v1/./projects',
      '/v1//projects',
      '/v1/projects%2fp1',
      '/v1/projects/a%5cb',
      '/v1/Projects',
      '/v1/projects/',
    ])('does not let %s through', async (path) => {
      const before = upstream.seen.length;
      const { access_token: token } = await obtainTokens(server, { scope: 'projects:read' });
      const headers = { Host: 'api', Connection: 'close', Authorization: `Bearer ${token}` };
      const [status] = statuses(await raw(origins[kind] as string, head(`GET ${path} HTTP/1.1`, headers)));
      expect([400, 403, 404]).toContain(status);
      expect(upstream.seen.length).toBe(before);
    });

    it('refuses a token that is bound to a key: it cannot check the proof', async () => {
      const claims = { sub: 'service', client_id: 'service', gid: undefined };
      const states = [claims, { ...claims, cnf: { jkt: 'x' } }].map(
        async (one) => (await call(origins[kind] as string, '/v1/projects', await forge.token(one))).status,
      );
      expect(await Promise.all(states)).toEqual([200, 403]);
    });

    it('lets everybody read the document that challenges name', async () => {
      const { status, body } = await call(origins[kind] as string, '/.well-known/oauth-protected-resource');
      expect([status, body?.url]).toEqual([200, '/.well-known/oauth-protected-resource']);
    });

    it('refuses with 401 and 403, and a challenge', async () => {
      const origin = origins[kind] as string;
      const none = await call(origin, '/v1/projects');
      expect([none.status, none.challenge]).toEqual([401, expect.stringMatching(/^Bearer/)]);
      expect((await call(origin, '/v1/projects', 'garbage')).status).toBe(401);
      const { access_token: token, id_token: idToken } = await obtainTokens(server, { scope: 'openid projects:read' });
      const little = await call(origin, '/v1/projects/p1', token, { method: 'DELETE' });
      expect([little.status, little.challenge]).toEqual([
        403,
        expect.stringMatching(/^Bearer error="insufficient_scope"/),
      ]);
      expect([401, 403]).toContain((await call(origin, '/v1/projects', idToken)).status);
      expect((await call(origin, '/elsewhere', token)).status).toBe(403);
    });
  });

  it('refuses another audience and another key', async () => {
    const foreign = await forge.token({ aud: 'https://other.example' });
    expect((await call(origins.jwks as string, '/v1/projects', foreign)).status).toBe(403);
    const forged = await forge.token({}, {}, await strangersKey());
    expect((await call(origins.jwks as string, '/v1/projects', forged)).status).toBe(401);
  });

  it('sees a revocation by introspection at once, and by the signature alone never', async () => {
    const { access_token: token } = await obtainTokens(server);
    const states = async () => [
      (await call(origins.introspection as string, '/v1/projects', token)).status,
      (await call(origins.jwks as string, '/v1/projects', token)).status,
    ];
    expect(await states()).toEqual([200, 200]);
    await post(server, '/oauth/revoke', { token });
    expect(await states()).toEqual([401, 200]);
  });
});
