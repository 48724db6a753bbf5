/** The question whether the device of a code is the person's own. */
import type { Context } from 'koa';
import { deviceConfirmPage } from '../../../views/device/confirm.ts';
import { clientView } from '../../oidc/hooks/client-view.ts';
import { nameBrowser } from '../../policy/browsers.ts';
import { showUserCode } from '../../policy/device-codes.ts';
import { machineOf } from '../../policy/lockout.ts';
import { parseScope } from '../../policy/scopes.ts';
import type { SignedIn } from '../http/session.ts';
import type { FoundDevice } from './look-up.ts';

export function confirmPageOf(
  ctx: Context,
  { code, row, params, client }: FoundDevice,
  { csrf, person }: { csrf: string; person: SignedIn | undefined },
): string {
  const { address, user_agent: userAgent } = row;
  // What a device calls itself is the choice of whoever runs it, so only names that we know are shown.
  const named = nameBrowser(userAgent);
  return deviceConfirmPage({
    csrf,
    code: showUserCode(code),
    app: clientView(client),
    scopes: parseScope(params.scope),
    askedAt: row.created_at,
    now: new Date(),
    address: address ?? undefined,
    sameNetwork: address !== null && machineOf(address) === machineOf(ctx.ip),
    program: named.browser || named.system ? named : undefined,
    email: person?.account.email,
  });
}
