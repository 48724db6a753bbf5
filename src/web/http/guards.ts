/** Guards return the person, or answer the request and return undefined. They are the first line of a handler. */
import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import { seeOther } from './see-other.ts';
import { type SignedIn, signedIn } from './session.ts';

/** The signed-in person. Anyone else is sent to sign in and comes back to the page they asked for. */
export async function requireSignedIn(ctx: Context, provider: Provider): Promise<SignedIn | undefined> {
  const person = await signedIn(ctx, provider);
  if (person) return person;
  const back = ctx.method === 'GET' || ctx.method === 'HEAD' ? ctx.url : '/account/apps';
  seeOther(ctx, `/sign-in?next=${encodeURIComponent(back)}`);
  return undefined;
}
