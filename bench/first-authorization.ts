/** A first authorization by a new person: the eight requests of browser and app, from the app's link to its tokens. */
import { createHash, randomBytes } from 'node:crypto';
import { type Answer, get, json, post, throwIfRefused } from './http.ts';
import { redirectUri, scope } from './scenario.ts';
import type { Variant } from './variant.ts';

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** @param requestedResource a resource other than the API */
export async function firstAuthorization(variant: Variant, email: string, requestedResource?: string): Promise<Tokens> {
  const browser = openBrowser(variant.origin);
  const verifier = randomBytes(32).toString('base64url');
  const resource: Record<string, string> = requestedResource === undefined ? {} : { resource: requestedResource };
  const request = new URLSearchParams({
    client_id: variant.app,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    state: 'a-state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...resource,
  });
  const toSignIn = await browser.get(`/oauth/authorize?${request}`);
  const signIn = formOf(await browser.get(target(toSignIn)), '/sign-in');
  const signedIn = await browser.post(signIn.action, { ...signIn.hidden, email, password: 'a password' });
  const toConsent = await browser.get(target(signedIn));
  const consent = formOf(await browser.get(target(toConsent)), '/consent');
  const allowed = await browser.post(consent.action, { ...consent.hidden, decision: 'allow' });
  const callback = new URL(target(await browser.get(target(allowed))));
  const answer = await post(`${variant.origin}/oauth/token`, {
    grant_type: 'authorization_code',
    client_id: variant.app,
    code: callback.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...resource,
  });
  return json<Tokens>(answer);
}

/** How requests are sent. */
export interface Wire {
  readonly get: typeof get;
  readonly post: typeof post;
}

/** Keeps cookies by path like a browser, since some cookies are only for one page. */
export function openBrowser(origin: string, wire: Wire = { get, post }) {
  const cookies = new Map<string, { name: string; value: string; path: string }>();
  const cookieFor = (pathname: string): Record<string, string> => {
    const sent = [...cookies.values()].filter(({ path }) => pathname.startsWith(path));
    return sent.length === 0 ? {} : { cookie: sent.map(({ name, value }) => `${name}=${value}`).join('; ') };
  };
  const keep = (answer: Answer): Answer => {
    for (const header of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      const path = /;\s*path=([^;]*)/i.exec(header)?.[1] ?? '/';
      if (value === '') cookies.delete(`${name} ${path}`);
      else cookies.set(`${name} ${path}`, { name, value, path });
    }
    return answer;
  };
  const resolve = (href: string) => new URL(href, origin);
  return {
    async get(href: string) {
      const url = resolve(href);
      return keep(await wire.get(url.href, { accept: 'text/html', ...cookieFor(url.pathname) }));
    },
    async post(href: string, form: Record<string, string>) {
      const url = resolve(href);
      return keep(await wire.post(url.href, form, { accept: 'text/html', origin, ...cookieFor(url.pathname) }));
    },
  };
}

function target(answer: Answer): string {
  throwIfRefused(answer);
  const { status, headers, text } = answer;
  if (headers.location === undefined) throw new Error(`no redirect but ${status}: ${text.slice(0, 500)}`);
  return headers.location;
}

/** Returns the action and the hidden fields of the form whose action ends with `action`. */
export function formOf(answer: Answer, action: string): { action: string; hidden: Record<string, string> } {
  throwIfRefused(answer);
  const { status, text } = answer;
  for (const [, attributes = '', inner = ''] of text.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)) {
    const found = /action="([^"]*)"/.exec(attributes)?.[1]?.replaceAll('&amp;', '&');
    if (!found?.endsWith(action)) continue;
    const inputs = [...inner.matchAll(/<input[^>]*type="hidden"[^>]*>/g)];
    const hidden = inputs.map(([input]) => [/name="([^"]*)"/.exec(input)?.[1], /value="([^"]*)"/.exec(input)?.[1]]);
    return { action: found, hidden: Object.fromEntries(hidden) };
  }
  throw new Error(`no form for ${action} (${status}): ${text.slice(0, 500)}`);
}
