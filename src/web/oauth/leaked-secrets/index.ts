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
import { machineOf } from '../../../policy/lockout.ts';
import { sha256 } from '../../../store/sealer.ts';
import type { WebDeps } from '../../deps.ts';
import { actorOf } from '../../http/actor.ts';
import { readStart } from '../../http/forms.ts';
import { refuse } from '../gateway-client.ts';
import { type BodyPlaces, createBodyPlaces } from './body-places.ts';

export interface LeakRouteDeps extends Pick<WebDeps, 'db' | 'sealer'> {
  readonly outbound: Outbound;
}

/** `now`, in milliseconds, is the clock of bodies that arrive slowly. */
export function leakRoutes({ db, sealer, outbound }: LeakRouteDeps, keysUrl: string, now?: () => number): Router {
  const keys = createScannerKeys(outbound, keysUrl);
  const places = createBodyPlaces(now);
  const router = new Router();
  router.post('/oauth/leaked-secrets', async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    const report = await readSigned(ctx, keys, places);
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
async function readSigned(ctx: Context, keys: ScannerKeys, places: BodyPlaces): Promise<LeakReport | undefined> {
  const head = readHead(ctx);
  const key = head && (await findKey(ctx, keys, head.identifier));
  const body = key && (await readBody(ctx, places));
  if (!body) return undefined;
  // The signature is of the bytes that came, so it is checked before anything reads them.
  if (!verify('sha256', body, { key, dsaEncoding: 'der' }, head.signature)) {
    return void refuse(ctx, 403, 'access_denied', 'The signature is not that of this report');
  }
  const report = readLeakReport(parsed(body));
  return typeof report === 'string' ? wrong(ctx, 400, report) : report;
}

function wrong(ctx: Context, status: number, description: string): undefined {
  refuse(ctx, status, 'invalid_request', description);
}

/** Everything that a request says before its body. Undefined if the request was refused. */
function readHead(ctx: Context): { identifier: string; signature: Buffer } | undefined {
  const { identifier, signature } = { identifier: ctx.get(reportHeaders.identifier), signature: readSignature(ctx) };
  if (!/^[\w-]{1,128}$/.test(identifier) || !signature) {
    return wrong(ctx, 400, `Sign the report: ${reportHeaders.identifier} and ${reportHeaders.signature} are required`);
  }
  if (!ctx.is('application/json')) return wrong(ctx, 415, 'Send the report as Content-Type: application/json');
  if ((ctx.request.length ?? 0) > reportBounds.bytes) return tooLarge(ctx);
  return { identifier, signature };
}

const tooLarge = (ctx: Context) => wrong(ctx, 413, `The report is larger than ${reportBounds.bytes / 1024 / 1024} MB`);

/** Undefined if the request was refused: its body was too large, or it had to give its place to another one. */
async function readBody(ctx: Context, places: BodyPlaces): Promise<Buffer | undefined> {
  const place = places.take(machineOf(ctx.ip));
  try {
    const read = place && (await readStart(ctx, reportBounds.bytes, place.signal));
    if (!read || place.signal.aborted) {
      ctx.set('Retry-After', '2');
      return void refuse(ctx, 503, 'temporarily_unavailable', 'Too many reports are being read at this moment');
    }
    return read.whole ? read.body : tooLarge(ctx);
  } finally {
    place?.leave();
  }
}

/** Undefined if the header can't be an ECDSA signature. With P-256, one in DER has at most 72 bytes. */
function readSignature(ctx: Context): Buffer | undefined {
  const text = ctx.get(reportHeaders.signature);
  const bytes = /^[A-Za-z\d+/]{8,96}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
  return bytes && isTwoIntegers(bytes) ? bytes : undefined;
}

/** A DER sequence of two integers that takes all of the bytes; each is short enough that its length is one byte. */
function isTwoIntegers(bytes: Buffer): boolean {
  const second = 4 + (bytes[3] ?? 0);
  return (
    bytes[0] === 0x30 &&
    bytes[1] === bytes.length - 2 &&
    bytes[2] === 0x02 &&
    bytes[second] === 0x02 &&
    second + 2 + (bytes[second + 1] ?? 0) === bytes.length
  );
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
