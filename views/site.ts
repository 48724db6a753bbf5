import { AsyncLocalStorage } from 'node:async_hooks';

/** The operator's own pages, from the settings. A missing one has no link. */
export interface SiteLinks {
  readonly docsUrl: string | undefined;
  readonly supportUrl: string | undefined;
  readonly privacyUrl: string | undefined;
  readonly termsUrl: string | undefined;
}

/** Set for each request, so that every page knows the links without getting them as arguments. */
const current = new AsyncLocalStorage<SiteLinks>();

/** Runs `render`, and everything that it awaits, with these links. */
export function withSiteLinks<T>(links: SiteLinks, render: () => T): T {
  return current.run(links, render);
}

const none: SiteLinks = { docsUrl: undefined, supportUrl: undefined, privacyUrl: undefined, termsUrl: undefined };

/** The operator's documentation, or ours. */
export const docsAddress = (): string => siteLinks().docsUrl ?? '/docs';

export function siteLinks(): SiteLinks {
  return current.getStore() ?? none;
}

interface Address {
  readonly here: string | undefined;
  /** Its parts, once a link to another language was asked for. */
  parts?: { readonly path: string; readonly parameters: URLSearchParams };
}

/** The address of the current page, to which a choice of language leads back. */
const address = new AsyncLocalStorage<Address>();

/**
 * Runs `render`, and everything that it awaits, as the page at this address: a path with its query. A page without an
 * address offers no other language.
 */
export function atAddress<T>(here: string | undefined, render: () => T): T {
  return address.run({ here }, render);
}

/** The address of the current page; undefined if it has none. */
export const currentAddress = (): string | undefined => address.getStore()?.here;

/** The address of the current page in another language; undefined if it has none. */
export function addressIn(language: string): string | undefined {
  const current = address.getStore() ?? { here: '' };
  if (current.here === undefined) return undefined;
  current.parts ??= partsOf(current.here);
  const { path, parameters } = current.parts;
  parameters.set('ui_locales', language);
  return `${path}?${parameters}`;
}

function partsOf(here: string): NonNullable<Address['parts']> {
  const [path = '', query = ''] = here.split('?', 2);
  return { path, parameters: new URLSearchParams(query) };
}
