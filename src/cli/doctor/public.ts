/**
 * Asks the public address: what the server sees of a request through all proxies, its certificate, its metadata and keys, and its
 * clock. What clients meet may differ from what the server says of itself.
 */
import type { Settings } from '../../config/settings.ts';
import {
  claimedAddress,
  judgeSeen,
  type ProxyVerdict,
  questionHeader,
  questionPurpose,
  questionText,
  type SeenRequest,
} from '../../policy/seen-request.ts';
import type { Sealer } from '../../store/sealer.ts';
import { checkCertificate } from './certificate.ts';
import { type Finding, findingsOf } from './finding.ts';

const address = findingsOf('address');
const proxy = findingsOf('proxy');
const metadata = findingsOf('metadata');
const clock = findingsOf('public clock');

const timeoutMs = 10_000;
/** `Date` has whole seconds, so a second of difference says nothing. */
const maxSkewSeconds = { ok: 2, warning: 30 };

export interface PublicDeps {
  readonly settings: Pick<Settings, 'issuer'>;
  /** Undefined if SECRETS are not known here. */
  readonly sealer: Pick<Sealer, 'mac'> | undefined;
  /** The ids of the keys that sign; undefined if the database does not answer. */
  readonly signing: readonly string[] | undefined;
}

export async function checkPublic(url: URL, deps: PublicDeps): Promise<Finding[]> {
  const certificate = await checkCertificate(url).catch((error: Error & { code?: string }) => [
    address.problem(`${url.host} does not answer (${error.code ?? error.message}): check DNS, firewall and proxy.`),
  ]);
  const { issuer } = deps.settings;
  const same =
    url.origin === issuer
      ? []
      : [
          address.warning(
            `ISSUER is ${issuer}, and clients that know ${url.origin} are refused: is the address right?`,
          ),
        ];
  // Without a trusted certificate fetch refuses, and so do clients.
  const asked = await askAll(url, deps).catch((error: Error) => [
    address.problem(`It can’t be asked: ${reasonOf(error)}.`),
  ]);
  return [...same, ...certificate, ...asked];
}

async function askAll(url: URL, deps: PublicDeps): Promise<Finding[]> {
  return [...(await checkProxy(url, deps)), ...(await checkMetadata(url, deps))];
}

const sayings: Readonly<Record<ProxyVerdict['as'], (seen: SeenRequest) => string>> = {
  direct: ({ peer }) => `No proxy is in front: the server sees ${peer}, and TRUST_PROXY is off.`,
  proxied: ({ address, peer }) => `The proxy ${peer} says that this request came from ${address}.`,
  inner_address: ({ address }) =>
    `The server takes ${address}, of a private network, for the caller. If this machine does not have it, let the inner proxy take ` +
    'the address from the outer one.',
  other_host: ({ host, forwarded_host: forwarded }) =>
    `The server is asked for ${forwarded ?? host}: let the proxy pass on the Host header, or X-Forwarded-Host with TRUST_PROXY=true.`,
  plain_proto: ({ forwarded_proto: proto }) =>
    `X-Forwarded-Proto is ${proto}, unlike ISSUER. The server does not read it, but somebody in front may be asked without TLS.`,
  believes_claims: () =>
    'Anybody can choose the address that the server sees: the last entry of X-Forwarded-For is what the caller sent. Let the proxy ' +
    'replace the header, or append the address of its caller.',
  ignores_proxy: ({ peer }) =>
    `A proxy is in front, and TRUST_PROXY is off: everybody seems to come from ${peer} and shares one limit. Let it set X-Forwarded-For, and set TRUST_PROXY=true.`,
  no_proxy: () =>
    'TRUST_PROXY is on, but nothing in front sets X-Forwarded-For, so anybody can choose the address that the server sees. Turn it ' +
    'off, or let the proxy set the header.',
};

async function checkProxy(url: URL, { settings: { issuer }, sealer }: PublicDeps): Promise<Finding[]> {
  const atSeconds = Math.floor(Date.now() / 1000);
  const mac = sealer?.mac(questionPurpose, questionText(issuer, atSeconds)).toString('base64url');
  const response = await get(new URL('/healthz', url), {
    'x-forwarded-for': claimedAddress,
    ...(mac && { [questionHeader]: `${atSeconds}.${mac}` }),
  });
  const skew = checkClock(response);
  const { status, version, request } = (await response.json().catch(() => ({}))) as {
    status?: string;
    version?: string;
    request?: SeenRequest;
  };
  if (status !== 'ok')
    return [address.problem(`${url.origin}/healthz is not this server: ${response.status}. Check the proxy.`)];
  const answers = address.ok(`${url.origin} answers, version ${version}.`);
  if (!request) {
    const why = sealer
      ? 'Has it the same SECRETS and ISSUER as this command?'
      : 'That needs the SECRETS of the server.';
    return [answers, skew, proxy.warning(`The server does not say what it sees of a request. ${why}`)];
  }
  return [answers, skew, ...judgeSeen(request, issuer).map(({ state, as }) => proxy[state](sayings[as](request)))];
}

function checkClock(response: Response): Finding {
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(date)) return clock.warning('The answer has no Date header, so its clock is unknown.');
  // Halfway through the second that it names.
  const skewSeconds = (date + 500 - Date.now()) / 1000;
  const size = Math.abs(skewSeconds);
  const says = `The server is ${size.toFixed(0)} s ${skewSeconds < 0 ? 'behind' : 'ahead of'} this machine`;
  if (size <= maxSkewSeconds.ok) return clock.ok('The server has the time of this machine.');
  const state = size <= maxSkewSeconds.warning ? clock.warning : clock.problem;
  return state(`${says}: synchronize both by NTP. Tokens seem to come from the future, or end early.`);
}

async function checkMetadata(url: URL, { settings: { issuer }, signing }: PublicDeps): Promise<Finding[]> {
  const response = await get(new URL('/.well-known/oauth-authorization-server', url));
  const document = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.status === 421) {
    return [
      metadata.problem(
        `The server refuses the name ${url.host}. Set ISSUER=${url.origin}, or let the proxy pass on the Host header.`,
      ),
    ];
  }
  if (document.issuer !== issuer) {
    return [
      metadata.problem(
        `It names the issuer ${String(document.issuer)}, not ${issuer}: clients refuse that. Correct ISSUER, or the proxy.`,
      ),
    ];
  }
  const elsewhere = Object.entries(document).filter(([name, value]) => isElsewhere(name, value, issuer));
  const found = elsewhere.map(([name, value]) =>
    metadata.problem(`${name} is ${String(value)}, which is not at ${issuer}.`),
  );
  const keys = await get(new URL(String(document.jwks_uri)));
  const { keys: published = [] } = (await keys.json().catch(() => ({}))) as { keys?: { kid?: string }[] };
  const missing = signing?.find((kid) => !published.some((key) => key.kid === kid));
  const known =
    missing === undefined
      ? metadata.ok(`Metadata and ${published.length} keys are those of ${issuer}.`)
      : metadata.problem(
          `The key ${missing}, which signs, is not published. Is that another database, or does a cache keep keys for longer than 5 minutes?`,
        );
  return [...found, known];
}

const isElsewhere = (name: string, value: unknown, issuer: string): boolean =>
  /_(endpoint|uri)$/.test(name) &&
  typeof value === 'string' &&
  name !== 'op_policy_uri' &&
  name !== 'op_tos_uri' &&
  !value.startsWith(`${issuer}/`);

function get(url: URL, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
}

function reasonOf(error: Error): string {
  const { code, message } = (error.cause ?? error) as { code?: string; message: string };
  return code ?? message;
}
