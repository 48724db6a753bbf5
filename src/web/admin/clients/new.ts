/** Registers a client. Only the answer to the form has the secret. */

import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import { newClientPage, similarNamesNote } from '../../../../views/admin/clients/form.ts';
import type { Problems } from '../../../../views/admin/fields.ts';
import { m } from '../../../../views/messages/index.ts';
import { webhookRules } from '../../../config/rules.ts';
import { AppError } from '../../../errors.ts';
import { checkRegistration } from '../../../operations/client-owner.ts';
import { createClient } from '../../../operations/clients.ts';
import { findSimilarNames } from '../../../operations/similar-names.ts';
import { namesOf } from '../../../policy/client/names.ts';
import { clientTypeNames } from '../../../policy/client/types.ts';
import { findClient } from '../../../store/clients.ts';
import type { WebDeps } from '../../deps.ts';
import { field } from '../../http/forms.ts';
import { inReadersWords } from '../../http/rule-words.ts';
import { seeOther } from '../../http/see-other.ts';
import type { Admin } from '../guard.ts';
import { done } from '../notice.ts';
import { type AdminPages, chosen } from '../pages.ts';
import { emptyValues, inputOf, readClientForm, rulesOfNew } from './form.ts';
import { showSecrets } from './secrets.ts';
import { clientPath } from './subject.ts';

export function newClientPages(pages: AdminPages, deps: WebDeps): void {
  const { db } = deps;

  pages.show('/clients/new', async (ctx, admin) => {
    // The id is chosen before the form is sent, so that sending it twice registers one client.
    const kept = { client_id: `vcs_client_${randomBytes(12).toString('hex')}` };
    const rules = rulesOfNew(chosen(ctx, 'type', clientTypeNames));
    ctx.body = newClientPage({ frame: admin, rules, values: emptyValues(), problems: {}, kept });
  });

  pages.change('/clients', async (ctx, admin, form) => {
    const type = clientTypeNames.find((one) => one === field(form, 'type'));
    const clientId = field(form, 'client_id');
    if (await findClient(db, clientId)) return seeOther(ctx, clientPath(clientId));
    const values = readClientForm(form);
    const input = inputOf(values, type ?? 'web');
    const problems = {
      ...(await problemsOf(() => checkRegistration(db, input, { outbound: webhookRules(deps.config) }))),
      ...(!type && { type: m().adminClientForm.typeNeeded }),
    };
    const wrong = Object.keys(problems).length > 0;
    const similar = wrong ? [] : await findSimilarNames(db, namesOf(input));
    const names = namesOf(input).join('\n');
    const seen = field(form, 'names_seen') === names;
    if (!wrong && (similar.length === 0 || seen)) return register(ctx, deps, admin, { ...input, client_id: clientId });
    ctx.status = 422;
    const warning = similarNamesNote(similar.map((one) => ({ clientId: one.client_id, name: one.client_name })));
    ctx.body = newClientPage({
      frame: admin,
      rules: rulesOfNew(type),
      values,
      problems,
      kept: { client_id: clientId, ...(warning && { names_seen: names }) },
      ...(warning && { notes: [warning] }),
    });
  });
}

async function register(
  ctx: Context,
  deps: WebDeps,
  admin: Admin,
  input: Parameters<typeof createClient>[1],
): Promise<void> {
  const { client, clientSecret } = await createClient(deps.db, input, admin.actor, {
    outbound: webhookRules(deps.config),
  });
  if (clientSecret) await showSecrets(ctx, deps, admin, client, { secret: clientSecret });
  else done(ctx, 'created', clientPath(client.client_id));
}

/** Returns problems by field if `check` throws that the input is invalid. */
export async function problemsOf(check: () => Promise<unknown>): Promise<Problems | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    if (error instanceof AppError && error.kind === 'invalid' && error.details) {
      return inReadersWords(error.details as Record<string, string>);
    }
    throw error;
  }
}
