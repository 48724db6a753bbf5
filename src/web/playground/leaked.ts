/** A key of the demo account leaks: a visitor makes one, reports it as a scanner would, and sees the API refuse it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { type LeakedKey, leakedDemoPage } from '../../../views/playground/leaked.ts';
import { send } from '../../flow-demo/wire.ts';
import { createApiKey } from '../../operations/api-keys.ts';
import { type Leak, type LeakResult, revokeLeaked } from '../../operations/leaked-secrets.ts';
import { demo } from '../../policy/demo.ts';
import { findSecrets, shownSecret } from '../../policy/leaked-secrets.ts';
import { getAccount } from '../../store/accounts.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { field } from '../http/forms.ts';

const path = '/playground/leaked';
const keyLifetimeMs = 10 * 60_000;
/** Keys that one report may name; each costs calls of the API. */
const maxKeys = 3;
/** The gateway learns of a revocation within a second. */
const waits = { tries: 20, everyMs: 100 };

interface Forms {
  /** The anti-forgery value of a page. */
  tokenFor(ctx: Context): string;
  /** The form, whose anti-forgery value is right. */
  formOf(ctx: Context): Promise<URLSearchParams>;
}

export function leakedRoutes(router: Router, deps: WebDeps, { tokenFor, formOf }: Forms): void {
  const show = (ctx: Context, more: Partial<Parameters<typeof leakedDemoPage>[0]> = {}) => {
    ctx.set('Cache-Control', 'no-store');
    ctx.body = leakedDemoPage({ csrf: tokenFor(ctx), ...more });
  };
  router.get('/leaked', (ctx) => show(ctx));
  router.post('/leaked/key', async (ctx) => {
    await formOf(ctx);
    show(ctx, { text: `# .env, in a public repository\nVIBECAAS_API_KEY=${await makeKey(ctx, deps)}\n` });
  });
  router.post('/leaked', async (ctx) => {
    const text = field(await formOf(ctx), 'text');
    show(ctx, { keys: await report(ctx, deps, text) });
  });
}

async function makeKey(ctx: Context, { db }: WebDeps): Promise<string> {
  const { id } = await getAccount(db, demo.email);
  const expiresAt = new Date(Date.now() + keyLifetimeMs);
  const input = { name: 'Playground', environment: 'live', scope: ['projects:read'] } as const;
  const all = { projects: null, networks: null, expiresAt };
  const made = await createApiKey(db, id, { ...input, ...all }, actorOf(ctx, 'system'));
  return made.secret;
}

/** Only keys of the demo account end here: everything else that somebody pastes is theirs. */
async function report(ctx: Context, { db, sealer, config }: WebDeps, text: string): Promise<LeakedKey[]> {
  const { id } = await getAccount(db, demo.email);
  const actor = actorOf(ctx, 'system');
  const leaks = findSecrets(text).map((found): Leak => ({ ...found, places: [`${config.issuer}${path}`] }));
  const looked = await revokeLeaked({ db, sealer }, leaks, actor, { dryRun: true });
  const isDemo = ({ kind, known }: LeakResult) => kind === 'api_key' && known?.account_id === id;
  const keys = looked.filter(isDemo).slice(0, maxKeys);
  const statusOf = async (key: string) =>
    (await send({ url: `${config.issuer}${demo.api}/v1/projects`, bearer: key })).status;
  const before = await Promise.all(keys.map(({ secret }) => statusOf(secret)));
  const ended = await revokeLeaked({ db, sealer }, keys.map(leakOf), actor);
  return Promise.all(
    ended.map(async ({ secret, outcome }, index) => ({
      shown: shownSecret(secret),
      ended: outcome === 'revoked',
      before: before[index] ?? 0,
      ...(await untilRefused(() => statusOf(secret))),
    })),
  );
}

const leakOf = ({ kind, secret, places }: Leak): Leak => ({ kind, secret, places });

async function untilRefused(statusOf: () => Promise<number>): Promise<{ after: number; tookMs: number }> {
  const started = performance.now();
  let after = await statusOf();
  for (let tries = 0; after === 200 && tries < waits.tries; tries += 1) {
    await sleep(waits.everyMs);
    after = await statusOf();
  }
  return { after, tookMs: Math.round(performance.now() - started) };
}
