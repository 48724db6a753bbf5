/** Where secret scanners report secrets of ours that they found (docs/leaked-secrets.md). */
import { type KeyObject, verify } from 'node:crypto';
import Router from '@koa/router';
import type { Context } from 'koa';
import { type LeakResult, revokeLeaked } from '../../../operations/leaked-secrets.ts';
import type { Outbound } from '../../../outbound/request.ts';
import { createScannerKeys, type ScannerKeys, ScannerKeysUnavailable } from '../../../outbound/scanner-keys.ts';
import {
  feedbackOn,
  type LeakReport,
  readLeakReport,
  reportBounds,
  reportHeaders,
} from '../../../policy/leak-reports.ts';
import type { LeakOutcome } from '../../../policy/leaked-secrets.ts';
import { sha256 } from '../../../store/sealer.ts';
import type { WebDeps } from '../../deps.ts';
import { actorOf } from '../../http/actor.ts';
import { readStart } from '../../http/forms.ts';
import { refuse } from '../gateway-client.ts';

export interface LeakRouteDeps extends Pick<WebDeps, 'db' | 'sealer'> {
  readonly outbound: Outbound;
}

export function leakRoutes({ db, sealer, outbound }: LeakRouteDeps, keysUrl: string): Router {
  const keys = createScannerKeys(outbound, keysUrl);
  const router = new Router();
  router.post('/oauth/leaked-secrets', async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    const report = await readSigned(ctx, keys);
    if (!report) return;
    const results = await revokeLeaked({ db, sealer }, report.secrets, actorOf(ctx, 'system'));
    ctx.body = feedbackOn(report, outcomesOf(results), (text) => sha256(text).toString('hex'));
  });
  return router;
}

function outcomesOf(results: readonly LeakResult[]): Map<string, LeakOutcome> {
  return new Map(results.map(({ secret, outcome }) => [secret, outcome === 'works' ? 'unknown' : outcome]));
}

/** Undefined if the request was refused. A report that is sent again does no harm: what it names has ended. */
async function readSigned(ctx: Context, keys: ScannerKeys): Promise<LeakReport | undefined> {
  const wrong = (status: number, description: string) => void refuse(ctx, status, 'invalid_request', description);
  const { identifier, signature } = { identifier: ctx.get(reportHeaders.identifier), signature: readSignature(ctx) };
  if (!/^[\w-]{1,128}$/.test(identifier) || !signature) {
    return wrong(400, `Sign the report: ${reportHeaders.identifier} and ${reportHeaders.signature} are required`);
  }
  if (!ctx.is('application/json')) return wrong(415, 'Send the report as Content-Type: application/json');
  const key = await findKey(ctx, keys, identifier);
  if (!key) return undefined;
  const { body, whole } = await readStart(ctx, reportBounds.bytes);
  if (!whole) return wrong(413, `The report is larger than ${reportBounds.bytes / 1024 / 1024} MB`);
  // The signature is of the bytes that came, so it is checked before anything reads them.
  if (!verify('sha256', body, { key, dsaEncoding: 'der' }, signature)) {
    return void refuse(ctx, 403, 'access_denied', 'The signature is not that of this report');
  }
  const report = readLeakReport(parsed(body));
  return typeof report === 'string' ? wrong(400, report) : report;
}

/** ECDSA signatures of P-256 in DER have at most 72 bytes. */
function readSignature(ctx: Context): Buffer | undefined {
  const text = ctx.get(reportHeaders.signature);
  return /^[\w+/]{8,96}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

async function findKey(ctx: Context, keys: ScannerKeys, identifier: string): Promise<KeyObject | undefined> {
  try {
    const key = await keys.find(identifier);
    if (!key) refuse(ctx, 403, 'access_denied', 'No key of the scanner has this identifier');
    return key;
  } catch (error) {
    if (!(error instanceof ScannerKeysUnavailable)) throw error;
    ctx.state.upstreamError = error;
    ctx.set('Retry-After', '30');
    refuse(ctx, 503, 'temporarily_unavailable', 'The keys of the scanner can’t be read now');
    return undefined;
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
