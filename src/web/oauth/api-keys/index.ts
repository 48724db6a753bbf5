/**
 * Introspection of many API keys in one request, by their hashes (docs/gateway.md). A gateway that starts meets thousands of
 * keys at once, and RFC 7662 has room for one.
 */
import Router from '@koa/router';
import type { Context } from 'koa';
import type { Client } from 'oidc-provider';
import { describeApiKeys, inactive, type KeyAnswer, mayIntrospectApiKeys } from '../../../oidc/api-keys.ts';
import { parseAddress } from '../../../policy/ip-address.ts';
import { type KeyQuestions, questionBounds, readKeyQuestions, type UsedKey } from '../../../policy/key-questions.ts';
import type { KeyUse } from '../../../store/api-keys.ts';
import type { WebDeps } from '../../deps.ts';
import { readStart } from '../../http/forms.ts';
import { refuse, requireGateway } from '../gateway-client.ts';

export interface KeyRouteDeps extends Pick<WebDeps, 'config' | 'db' | 'engine'> {
  /** Uses are written in batches. */
  readonly noteKeyUses: (uses: readonly KeyUse[]) => void;
}

export function apiKeyRoutes(deps: KeyRouteDeps): Router {
  const router = new Router();
  router.post('/oauth/introspect/keys', async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    const client = await requireGateway(ctx, deps);
    if (!client) return;
    const questions = await readQuestions(ctx);
    if (!questions) return;
    const answers = await answersFor(ctx, deps, client, questions);
    if (!answers) return;
    ctx.body = { keys: answers };
  });
  return router;
}

/** Undefined if the request was refused. */
async function readQuestions(ctx: Context): Promise<KeyQuestions | undefined> {
  const wrong = (status: number, description: string) => void refuse(ctx, status, 'invalid_request', description);
  if (!ctx.is('application/json')) return wrong(415, 'Send the question as Content-Type: application/json');
  const { body, whole } = await readStart(ctx, questionBounds.bytes);
  if (!whole) return wrong(413, `The question is larger than ${questionBounds.bytes / 1024} KB`);
  const questions = readKeyQuestions(parsed(body));
  return typeof questions === 'string' ? wrong(400, questions) : questions;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** The client is judged by its current registration, which the same statement reads. Undefined if it was refused. */
async function answersFor(
  ctx: Context,
  { config, db, engine, noteKeyUses }: KeyRouteDeps,
  client: Client,
  { keys, used }: KeyQuestions,
): Promise<readonly KeyAnswer[] | undefined> {
  const { issuer, apiResource: audience, aiInTest } = config;
  const hashes = keys.map((hash) => Buffer.from(hash, 'base64url'));
  const { answers, askerRevision } = await describeApiKeys({ db, issuer, audience, aiInTest }, hashes, client.clientId);
  let asker: Client | undefined = client;
  if (askerRevision !== client.revision) {
    engine.clients.forget(client.clientId);
    asker = await requireGateway(ctx, { engine });
  }
  if (!asker) return undefined;
  if (!mayIntrospectApiKeys(asker, audience)) return keys.map(() => inactive);
  if (used.length > 0) noteKeyUses(used.map(useOf));
  return answers;
}

function useOf({ key_id: keyId, at, address }: UsedKey): KeyUse {
  return { keyId, at, address: (address !== undefined && parseAddress(address)) || null };
}
