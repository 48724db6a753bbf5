/** A person with a browser without script: it follows redirects, keeps cookies and submits forms. */
import { CookieJar } from 'tough-cookie';
import { password } from './server.ts';

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Person {
  readonly jar: CookieJar;
  /** Sends one request without following redirects. */
  request(url: string, init?: RequestInit): Promise<Page>;
  /** Follows redirects within the server, up to a page or a redirect to another site. */
  visit(url: string, init?: RequestInit): Promise<Page>;
  /** Submits the form of `page` whose action ends with `action`, with its hidden fields and `fields`. */
  submit(page: Page, action: string, fields: Record<string, string | string[]>): Promise<Page>;
}

/** Each request has the headers `sent`: the name of a browser, or what a proxy adds. */
export function newPerson(issuer: string, sent: Record<string, string> = {}): Person {
  const jar = new CookieJar();
  const request = async (url: string, init: RequestInit = {}): Promise<Page> => {
    const absolute = new URL(url, issuer).href;
    const cookie = await jar.getCookieString(absolute);
    const response = await fetch(absolute, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...sent, ...(cookie && { cookie }), ...init.headers },
    });
    for (const header of response.headers.getSetCookie()) await jar.setCookie(header, absolute, { ignoreError: true });
    return { url: absolute, status: response.status, headers: response.headers, text: await response.text() };
  };
  const visit = async (url: string, init?: RequestInit): Promise<Page> => {
    let page = await request(url, init);
    for (let hops = 0; hops < 10; hops += 1) {
      const location = page.headers.get('location');
      if (!location || !new URL(location, issuer).href.startsWith(`${issuer}/`)) return page;
      page = await request(location);
    }
    throw new Error(`too many redirects from ${url}`);
  };
  const submit = (page: Page, action: string, fields: Record<string, string | string[]>): Promise<Page> => {
    const form = formOf(page, action);
    const body = new URLSearchParams(form.hidden);
    for (const [name, value] of Object.entries(fields)) {
      body.delete(name);
      for (const one of [value].flat()) body.append(name, one);
    }
    return visit(form.action, { method: 'POST', body });
  };
  return { jar, request, visit, submit };
}

/** Returns the action and hidden fields of a form. */
export function formOf(page: Page, action: string): { action: string; hidden: [string, string][] } {
  for (const [, attributes, inner] of page.text.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)) {
    const target = /action="([^"]*)"/.exec(attributes ?? '')?.[1]?.replaceAll('&amp;', '&') ?? '';
    if (!target.split('?')[0]?.endsWith(action)) continue;
    const hidden = [...(inner ?? '').matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]): [string, string] => [
      /name="([^"]*)"/.exec(input)?.[1] ?? '',
      /value="([^"]*)"/.exec(input)?.[1] ?? '',
    ]);
    return { action: target, hidden };
  }
  throw new Error(`no form for ${action} on ${page.url} (${page.status}):\n${page.text}`);
}

/** Signs in on the sign-in page of an authorization. */
export function signIn(person: Person, page: Page, email: string): Promise<Page> {
  return person.submit(page, '/sign-in', { email, password });
}

/**
 * Submits the consent page. Where it asks for how long, the answer is what it suggests, and so is what is ticked, unless `scope`
 * names it: then "Read only" is off.
 */
export function decide(
  person: Person,
  page: Page,
  decision: 'allow' | 'deny' | 'leave',
  scope: string[] = [],
  more: Record<string, string | string[]> = {},
): Promise<Page> {
  const suggested = checked(page, 'duration');
  const ticked = scope.length > 0 || suggested.length === 0 ? scope : checked(page, 'scope');
  const duration = suggested.length > 0 && { duration: suggested };
  const projects = { projects: checked(page, 'projects'), project: checked(page, 'project') };
  const chosen = page.text.includes('name="project') && {
    ...(projects.projects.length > 0 && projects),
    project: projects.project,
  };
  return person.submit(page, '/consent', { decision, scope: ticked, ...duration, ...chosen, ...more });
}

/** The values of the radio buttons or checkboxes of this name that are chosen when a page is shown. */
export function checked(page: Page, name: string): string[] {
  const inputs = page.text.matchAll(/<input [^>]*>/g).map(([input]) => input);
  const chosen = inputs.filter((input) => input.includes(`name="${name}"`) && / checked/.test(input));
  return [...chosen.map((input) => /value="([^"]*)"/.exec(input)?.[1] ?? '')];
}
