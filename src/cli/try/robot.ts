/**
 * A person without a browser, for --yes: follows redirects with a cookie jar of its own, fills in the sign-in page as
 * the demo account, and presses Allow.
 */
import { AppError } from '../../errors.ts';
import { reach } from '../../flow-demo/wire.ts';

interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
}

const maxPages = 12;

/**
 * Goes from the authorization URL, or the link of a device, to the app's redirect URI or the last page, and calls that.
 * @param said called with a sentence about each page
 * @throws AppError for a page that it does not expect, such as one about a wrong password
 */
export async function allow(
  authorizeUrl: string,
  redirectUri: string,
  credentials: { email: string; password: string },
  said: (sentence: string) => void,
): Promise<void> {
  const visit = browser(redirectUri);
  let page = await visit(authorizeUrl);
  let signedIn = false;
  for (let pages = 0; pages < maxPages && !page.url.startsWith(redirectUri); pages++) {
    if (page.text.includes('value="confirm"')) {
      said('confirmed that this is the device');
      page = await visit(...submission(page, '/device', { decision: 'confirm' }));
    } else if (page.text.includes('name="decision"')) {
      said('pressed Allow on the consent page');
      page = await visit(...submission(page, '/consent', { decision: 'allow' }));
    } else if (!signedIn && page.text.includes('autocomplete="current-password"')) {
      said(`signed in as ${credentials.email}`);
      signedIn = true;
      page = await visit(...submission(page, '/sign-in', credentials));
    } else {
      throw new AppError('invalid', `the server showed an unexpected page (${page.status}): ${gistOf(page)}`);
    }
  }
}

/** The problem that the page states, or its title. */
function gistOf({ text }: Page): string {
  const alert = /role="alert"[^>]*>([\s\S]*?)<\/(?:div|p)>/.exec(text)?.[1];
  const gist = (alert ?? '').replace(/<[^>]*>/g, ' ').trim() || /<title>([^<]*)/.exec(text)?.[1] || 'without a title';
  return unescaped(gist).replace(/\s+/g, ' ');
}

/** The form's action and the request that sends it, with what a browser would send: hidden fields, and what is checked at first. */
function submission(page: Page, action: string, fields: Record<string, string>): [url: string, init: RequestInit] {
  for (const [, attributes = '', inner = ''] of page.text.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)) {
    const target = unescaped(/action="([^"]*)"/.exec(attributes)?.[1] ?? '');
    if (!new URL(target, page.url).pathname.endsWith(action)) continue;
    const body = new URLSearchParams(fields);
    for (const [input] of inner.matchAll(/<input[^>]*>/g)) {
      const [name, value] = [/name="([^"]*)"/.exec(input)?.[1], /value="([^"]*)"/.exec(input)?.[1]];
      const isSent = input.includes('type="hidden"') || /\schecked\b/.test(input);
      if (name && isSent) body.append(name, unescaped(value ?? ''));
    }
    return [new URL(target, page.url).href, { method: 'POST', body }];
  }
  throw new AppError('invalid', `the page at ${new URL(page.url).pathname} has no form for ${action}`);
}

/** Requests one page after the other, up to the first that does not redirect. */
function browser(redirectUri: string): (url: string, init?: RequestInit) => Promise<Page> {
  const cookies = new Map<string, { value: string; path: string }>();
  return async (first, init = {}) => {
    let [url, request] = [first, init];
    for (let hops = 0; hops < maxPages; hops++) {
      const { pathname } = new URL(url);
      const sent = [...cookies.entries()].filter(([, { path }]) => covers(path, pathname));
      // The app is another site, so it does not get the server's cookies.
      const cookie = url.startsWith(redirectUri)
        ? ''
        : sent.map(([name, { value }]) => `${nameOf(name)}=${value}`).join('; ');
      const headers = { accept: 'text/html', ...(cookie && { cookie }) };
      const response = await reach(url, { ...request, redirect: 'manual', headers });
      for (const header of response.headers.getSetCookie()) keep(cookies, header);
      const location = response.headers.get('location');
      if (!location) return { url, status: response.status, text: await response.text() };
      [url, request] = [new URL(location, url).href, {}];
    }
    throw new AppError('invalid', 'the server redirects without end');
  };
}

/** Cookies by name and path, because one name may exist on several paths. An empty value removes a cookie. */
function keep(cookies: Map<string, { value: string; path: string }>, header: string): void {
  const [pair = '', ...attributes] = header.split(';');
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  const path = attributes.map((one) => /^\s*path=(.*)$/i.exec(one)?.[1]).find(Boolean) ?? '/';
  const key = `${name.trim()} ${path}`;
  if (value === '') cookies.delete(key);
  else cookies.set(key, { value, path });
}

function nameOf(key: string): string {
  return key.slice(0, key.indexOf(' '));
}

/** RFC 6265 §5.1.4. */
function covers(path: string, pathname: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

function unescaped(html: string): string {
  const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return html.replace(/&(amp|lt|gt|quot|#39);/g, (_whole, name: string) => names[name] as string);
}
