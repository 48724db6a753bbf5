/** A document as it is true for one installation and one reader. */
import type { Config } from '../../config/index.ts';
import { demo } from '../../policy/demo.ts';
import { servedDocuments } from './documents.ts';

export interface Reader {
  readonly issuer: string;
  /** The audience of the API. */
  readonly resource: string;
  /** The address of the API in examples, with its version. */
  readonly api: string;
  /** The address of the server with demo data that examples start. */
  readonly demoServer: string;
  /** The client id of the reader's own app. */
  readonly clientId: string | undefined;
}

/** The addresses in examples, as they are true for one installation. */
export function addressesOf({
  issuer,
  apiResource: resource,
  demo: hasDemoData,
}: Pick<Config, 'issuer' | 'apiResource' | 'demo'>): Omit<Reader, 'clientId'> {
  const api = hasDemoData ? `${issuer}${demo.api}/v1` : `${resource}/v1`;
  return { issuer, resource, api, demoServer: hasDemoData ? issuer : localServer };
}

const localServer = 'http://localhost:3000';

/** What stands in examples for the reader's own client id. */
export const exampleClientId = 'your-client-id';

/** Characters that neither HTML nor the text of a program can take for something else. */
const clientIdForm = /^[\w.:/~-]{1,200}$/;

/** Returns the client id of a query if examples may contain it. */
export const clientIdFrom = (value: unknown): string | undefined =>
  typeof value === 'string' && clientIdForm.test(value) ? value : undefined;

/**
 * Replaces the addresses of the public installation and the example client id. A link to a file that is not served becomes its
 * words: the reader has no checkout.
 */
export function fill(markdown: string, { issuer, resource, api, demoServer, clientId }: Reader): string {
  const filled = markdown
    .replaceAll(localServer, () => demoServer)
    .replaceAll(/https:\/\/api\.vibecaas\.com\/v1\b/g, () => api)
    .replaceAll(/https:\/\/auth\.vibecaas\.com(?![\w.:-])/g, () => issuer)
    .replaceAll(/https:\/\/api\.vibecaas\.com(?![\w.:-])/g, () => resource)
    .replaceAll(exampleClientId, () => clientId ?? exampleClientId);
  return filled.replaceAll(/\[([^\]\n]+)\]\(([^)\s]+)\)/g, (link, words: string, target: string) =>
    isReachable(target) ? link : words,
  );
}

const served = new Set(servedDocuments.map(({ name }) => `${name}.md`));

function isReachable(target: string): boolean {
  if (/^(https?:|mailto:|#|\/)/.test(target)) return true;
  return served.has(target.replace(/#.*$/, ''));
}
