/** Where gateways report what apps did (docs/gateway.md). */
import Router from '@koa/router';
import type { Context } from 'koa';
import { mayIntrospectApiKeys } from '../../../oidc/api-keys.ts';
import { countUsage } from '../../../operations/app-usage.ts';
import { readUsageReport, usageBounds } from '../../../policy/usage.ts';
import type { WebDeps } from '../../deps.ts';
import { readStart } from '../../http/forms.ts';
import { refuse, requireGateway } from '../gateway-client.ts';

export function usageRoutes({ db, engine, config }: Pick<WebDeps, 'db' | 'engine' | 'config'>): Router {
  const router = new Router();
  router.post('/oauth/usage', async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    const client = await requireGateway(ctx, { engine });
    if (!client) return;
    const document = await readJson(ctx);
    if (typeof document === 'number') return refuse(ctx, document, 'invalid_request', bodyProblem(document));
    const report = readUsageReport(document.value, Date.now());
    if (typeof report === 'string') return refuse(ctx, 400, 'invalid_request', report);
    // API keys are for the platform's API, so a gateway of another resource knows none.
    const knowsKeys = mayIntrospectApiKeys(client, config.apiResource);
    const entries = report.entries.filter((entry) => knowsKeys || entry.key_id === undefined);
    const counted = await countUsage(db, client.clientId, { ...report, entries });
    ctx.body = { counted: counted ?? 0, repeated: counted === undefined };
  });
  return router;
}

/** Returns the value of the body, or the status of the refusal. */
async function readJson(ctx: Context): Promise<{ value: unknown } | 400 | 413 | 415> {
  if (!ctx.is('application/json')) return 415;
  const { body, whole } = await readStart(ctx, usageBounds.bytes);
  if (!whole) return 413;
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch {
    return 400;
  }
}

function bodyProblem(status: 400 | 413 | 415): string {
  if (status === 413) return `The report is larger than ${usageBounds.bytes / 1024 / 1024} MB`;
  return status === 415 ? 'Send the report as Content-Type: application/json' : 'The report is not JSON';
}
