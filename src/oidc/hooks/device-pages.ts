/**
 * Where a person goes from the engine when they have decided about a device, or can't any more. The pages themselves are in
 * web/device. Each is an address of its own, so that a second click leads there too (web/oauth/interaction-redirects).
 */
import type { errors, KoaContextWithOIDC } from 'oidc-provider';
import { deviceDonePath, deviceEndPaths, userCodeMask } from '../../policy/device-codes.ts';
import { deviceEnd, leaveSessionAsItWas } from '../patches/device-flow.ts';
import { renderError } from './pages.ts';

async function afterAllowing(ctx: KoaContextWithOIDC): Promise<void> {
  leadTo(ctx, deviceDonePath);
}

/** The engine calls it only for errors, since our own page asks for codes. */
async function afterError(
  ctx: KoaContextWithOIDC,
  _form: string,
  out?: { error: string; error_description?: string | undefined },
  error?: errors.OIDCProviderError | Error,
): Promise<void> {
  leaveSessionAsItWas(ctx);
  const end = deviceEnd(error);
  if (end) return leadTo(ctx, deviceEndPaths[end]);
  await renderError(ctx, out ?? { error: 'server_error' }, error as Error);
}

/** Our own page asks that. */
function neverAsks(): never {
  throw new Error('the engine asks whether this is the device');
}

function leadTo(ctx: KoaContextWithOIDC, path: string): void {
  ctx.status = 303;
  ctx.redirect(path);
}

/** The engine's device flow. */
export const deviceFlow = {
  enabled: true,
  charset: 'base-20',
  mask: userCodeMask,
  // What people are shown of a device is beside the request, see adapter/device-codes.
  deviceInfo: () => ({}),
  userCodeInputSource: afterError,
  userCodeConfirmSource: neverAsks,
  successSource: afterAllowing,
} as const;
