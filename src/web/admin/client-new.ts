/** A client is registered: what it is, its form, and its secret on the answer to that form and never again. */
import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import { lookAlikeNote, newClientPage } from '../../../views/admin/client-form.ts';
import { clientTypesPage } from '../../../views/admin/client-types.ts';
import { AppError } from '../../errors.ts';
import { checkRegistration } from '../../operations/client-owner.ts';
import { createClient } from '../../operations/clients.ts';
import { findLookAlikes } from '../../operations/look-alikes.ts';
import { clientTypes } from '../../policy/client-types.ts';
import { type Client, findClient } from '../../store/clients.ts';
import type { WebDeps } from '../deps.ts';
import { field } from '../forms.ts';
import { seeOther } from '../see-other.ts';
import { showClient } from './client.ts';
import { defaultValues, inputOf, readClientForm, rulesOf } from './client-form.ts';
import type { Admin } from './guard.ts';
import { done } from './notice.ts';
import { type AdminPages, chosen } from './pages.ts';

const types = ['web', 'spa', 'native', 'service'] as const;

export function newClientPages(pages: AdminPages, deps: WebDeps): void {
  const { db } = deps;

  pages.show('/clients/new', async (ctx, admin) => {
    const type = chosen(ctx, 'type', types);
    if (!type) {
      ctx.body = clientTypesPage({ frame: admin, types: types.map(defaultsOf) });
      return;
    }
    // Chosen here, so that a form that is sent twice registers one client.
    const kept = { type, client_id: `vcs_client_${randomBytes(12).toString('hex')}` };
    ctx.body = newClientPage({ frame: admin, rules: rulesOf(type), values: defaultValues(type), problems: {}, kept });
  });

  pages.change('/clients', async (ctx, admin, form) => {
    const type = types.find((one) => one === field(form, 'type'));
    if (!type) throw new AppError('invalid', 'type must be web, spa, native or service');
    const clientId = field(form, 'client_id');
    if (await findClient(db, clientId)) return seeOther(ctx, `/admin/client/${encodeURIComponent(clientId)}`);
    const values = readClientForm(form);
    const input = inputOf(values, type);
    const problems = await problemsOf(() => checkRegistration(db, input));
    const alikes = problems ? [] : await findLookAlikes(db, input.client_name);
    const seen = field(form, 'name_seen') === values.client_name;
    if (problems || (alikes.length > 0 && !seen)) {
      ctx.status = 422;
      const warning = lookAlikeNote(alikes.map((one) => ({ clientId: one.client_id, name: one.client_name })));
      const kept = { type, client_id: clientId, ...(warning && { name_seen: values.client_name }) };
      ctx.body = newClientPage({
        frame: admin,
        rules: rulesOf(type),
        values,
        problems: problems ?? {},
        kept,
        ...(warning && { notes: [warning] }),
      });
      return;
    }
    await register(ctx, deps, admin, { ...input, client_id: clientId });
  });
}

async function register(
  ctx: Context,
  deps: WebDeps,
  admin: Admin,
  input: Parameters<typeof createClient>[1],
): Promise<void> {
  const { client, clientSecret } = await createClient(deps.db, input, admin.actor);
  if (clientSecret) await showClient(ctx, deps, admin, client, { secret: clientSecret });
  else done(ctx, 'created', `/admin/client/${encodeURIComponent(client.client_id)}`);
}

/** Field → problem, when `check` throws that the input breaks a rule. */
export async function problemsOf(check: () => Promise<unknown>): Promise<Record<string, string> | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    if (error instanceof AppError && error.kind === 'invalid' && error.details) {
      return error.details as Record<string, string>;
    }
    throw error;
  }
}

function defaultsOf(type: Client['type']) {
  const { grantTypes, authMethods } = clientTypes[type];
  return { type, grantTypes: [...grantTypes], authMethod: authMethods[0] };
}
