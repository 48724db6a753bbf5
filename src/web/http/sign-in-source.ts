/** Where a sign-in comes from, for the audit log and for the mail about a browser that is new to the account. */
import type { Context } from 'koa';
import { speech } from '../../../views/messages/index.ts';
import { senderOfRequest } from '../../oidc/request-context.ts';
import type { SignInSource } from '../../store/sign-in-event.ts';
import { knownDevice } from './device.ts';

/** `app` is what to call the app that asks. */
export async function sourceOf(ctx: Context, email: string, app?: string): Promise<SignInSource> {
  // The list of browsers is imported with the first sign-in, not with the server.
  const { nameBrowser } = await import('../../policy/browsers.ts');
  const { browser, system } = nameBrowser(ctx.get('User-Agent'));
  const known = knownDevice(ctx, email) !== undefined;
  return {
    requestId: ctx.state.requestId as string,
    ip: ctx.ip,
    browser,
    system,
    language: speech().code,
    newBrowser: known ? undefined : { app, userAgent: senderOfRequest()?.userAgent },
  };
}
