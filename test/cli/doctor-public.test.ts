/** vcauth doctor --url asks a server through a proxy, and says what it would have to be told. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { questionHeader, questionPurpose, questionText } from '../../src/policy/seen-request.ts';
import { createSealer } from '../../src/store/sealer.ts';
import { makeCertificate } from '../support/certificate.ts';
import { freePort } from '../support/free-port.ts';
import { deadPort, startTestServer, type TestServer, testSecret } from '../support/server.ts';
import { vcauthIn } from './vcauth.ts';

type Headers = Record<string, string | undefined>;

/** How the proxies of this test change the headers of a request. */
let change: (headers: Headers) => Headers = (headers) => headers;
let direct: TestServer;
let behind: TestServer;
let issuer = '';
let closeProxies = () => {};

/** Passes requests on to `port` with changed headers. */
const passOn =
  (port: () => number, changed: () => (headers: Headers) => Headers) => (req: IncomingMessage, res: ServerResponse) => {
    const headers = changed()({ ...(req.headers as Headers) });
    const forward = request(
      { host: '127.0.0.1', port: port(), path: req.url, method: req.method, headers },
      (answer) => {
        res.writeHead(answer.statusCode as number, { ...answer.headers, ...clock });
        answer.pipe(res);
      },
    );
    forward.on('error', () => res.destroy());
    req.pipe(forward);
  };
/** Added to answers. */
let clock: Record<string, string> = {};

beforeAll(async () => {
  direct = await startTestServer();
  const certificate = makeCertificate('localhost');
  setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
  const port = await freePort();
  const tls = createSecureServer(
    certificate,
    passOn(
      () => port,
      () => change,
    ),
  );
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
  issuer = `https://localhost:${(tls.address() as AddressInfo).port}`;
  const env = { ISSUER: issuer, PORT: String(port), TRUST_PROXY: 'true', RATE_LIMITS: 'on' };
  behind = await startTestServer({ beside: direct, env });
  closeProxies = () => {
    tls.closeAllConnections();
    tls.close();
  };
});
afterAll(async () => {
  closeProxies();
  await behind.stop();
  await direct.stop();
});

async function examine(url: string, env: Record<string, string>) {
  const vcauth = vcauthIn({ DATABASE_URL: direct.databaseUrl, SECRETS: testSecret, ...env });
  const { stdout, stderr } = await vcauth(['doctor', '--url', url, '--json']);
  const { findings } = JSON.parse(stdout || stderr) as { findings: { check: string; state: string; says: string }[] };
  const about = ['address', 'proxy', 'certificate', 'metadata', 'public clock'];
  return findings
    .filter(({ check }) => about.includes(check))
    .map(({ check, state, says }) => `${state} ${check}: ${says}`)
    .join('\n');
}
const throughProxy = () => examine(issuer, { ISSUER: issuer });
const replaced = (headers: Headers) => ({
  ...headers,
  'x-forwarded-for': '198.51.100.7',
  'x-forwarded-proto': 'https',
});

it('finds nothing wrong with a proxy that says who calls', async () => {
  change = replaced;
  expect(await throughProxy()).toMatch(
    new RegExp(
      [
        'ok certificate: It is trusted for this name \\(TLSv1.3\\)\\.',
        'problem certificate: It ends in 1 days: renew it now, and look why nothing has\\.',
        `ok address: ${issuer} answers, version .*`,
        'ok public clock: The server has the time of this machine\\.',
        'ok proxy: The proxy (::ffff:)?127\\.0\\.0\\.1 says that this request came from 198\\.51\\.100\\.7\\.',
        `ok metadata: Metadata and 4 keys are those of ${issuer}\\.`,
      ].join('\n'),
    ),
  );
});

it.each<[string, (headers: Headers) => Headers, string]>([
  ['passes on what callers claim', (headers) => headers, 'problem proxy: TRUST_PROXY is on, but nothing in front sets'],
  [
    'drops the header',
    ({ 'x-forwarded-for': _, ...rest }) => rest,
    'problem proxy: TRUST_PROXY is on, but nothing in front sets',
  ],
  [
    'adds in front',
    (h) => ({ ...h, 'x-forwarded-for': `1.2.3.4, ${h['x-forwarded-for']}` }),
    'problem proxy: Anybody can choose the address',
  ],
  [
    'is an inner one',
    (h) => ({ ...h, 'x-forwarded-for': '10.1.2.3' }),
    'warning proxy: The server takes 10.1.2.3, of a private network',
  ],
  ['speaks http', (h) => ({ ...replaced(h), 'x-forwarded-proto': 'http' }), 'warning proxy: X-Forwarded-Proto is http'],
  [
    'has a name of its own',
    (h) => ({ ...replaced(h), host: 'vcauth' }),
    'problem metadata: The server refuses the name localhost',
  ],
])('says what is wrong with a proxy that %s', async (_what, how, said) => {
  change = how;
  expect(await throughProxy()).toContain(said);
});

it('sees a server without a proxy, and one that does not trust its proxy', async () => {
  const env = { ISSUER: direct.issuer };
  const plain = await examine(direct.issuer, env);
  expect(plain).toContain('ok proxy: No proxy is in front');
  expect(plain).toContain('warning certificate: The address has no TLS');
  const proxy = createServer(
    passOn(
      () => Number(new URL(direct.issuer).port),
      () => replaced,
    ),
  );
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const other = `http://localhost:${(proxy.address() as AddressInfo).port}`;
  const found = await examine(other, env);
  expect(found).toContain('problem proxy: A proxy is in front, and TRUST_PROXY is off');
  expect(found).toContain(`warning address: ISSUER is ${direct.issuer}, and clients that know ${other} are refused`);
});

it('compares the clocks', async () => {
  change = replaced;
  clock = { date: new Date(Date.now() - 120_000).toUTCString() };
  onTestFinished(() => {
    clock = {};
  });
  expect(await throughProxy()).toMatch(
    /problem public clock: The server is 1[12]\d s behind this machine: synchronize/,
  );
});

it('says that it is another installation, or that nobody answers', async () => {
  change = replaced;
  expect(await examine(issuer, { ISSUER: 'https://auth.example.com' })).toContain(
    `problem metadata: It names the issuer ${issuer}, not https://auth.example.com`,
  );
  expect(await examine(issuer, { ISSUER: issuer, SECRETS: 'x'.repeat(40) })).toContain(
    'warning proxy: The server does not say what it sees of a request. Has it the same SECRETS and ISSUER',
  );
  const nobody = await examine(`https://localhost:${deadPort}`, { ISSUER: issuer });
  expect(nobody).toContain(`problem address: localhost:${deadPort} does not answer (ECONNREFUSED)`);
});

it('says of a certificate that nobody trusts what is wrong with it', async () => {
  const tls = createSecureServer(makeCertificate('other.example'), (_req, res) => res.end());
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void tls.close());
  const found = await examine(`https://localhost:${(tls.address() as AddressInfo).port}`, { ISSUER: issuer });
  expect(found).toMatch(/problem certificate: Clients refuse it: it is (self-signed|for another name)/);
  expect(found).toMatch(/problem address: It can’t be asked: /);
});

it.each(['auth.example.com', 'ftp://auth.example.com', 'https://auth.example.com/x', 'https://me@auth.example.com'])(
  'refuses --url %s',
  async (url) => {
    const { code, stderr } = await vcauthIn({ ISSUER: issuer, DATABASE_URL: direct.databaseUrl, SECRETS: testSecret })([
      'doctor',
      '--url',
      url,
    ]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('must be an origin') });
  },
);

it('the server tells nobody without SECRETS what it sees', async () => {
  const ask = async (secret: string, at: number) => {
    const mac = createSealer([secret]).mac(questionPurpose, questionText(direct.issuer, at)).toString('base64url');
    const response = await fetch(`${direct.issuer}/healthz`, { headers: { [questionHeader]: `${at}.${mac}` } });
    return Object.keys((await response.json()) as object);
  };
  const now = Math.floor(Date.now() / 1000);
  expect(await ask(testSecret, now)).toEqual(['status', 'version', 'request']);
  expect(await ask('another secret that is long enough to be one', now)).toEqual(['status', 'version']);
  expect(await ask(testSecret, now - 700)).toEqual(['status', 'version']);
});
