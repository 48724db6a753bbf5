/** The files of `docs/` that are served, in the order of the list beside each page. */
import { readFile } from 'node:fs/promises';

export interface ServedDocument {
  /** The name of the file without `.md`, and the last segment of its address. */
  readonly name: string;
  readonly title: string;
  /** One sentence, for the list of all and for `/llms.txt`. */
  readonly summary: string;
}

export const servedDocuments: readonly ServedDocument[] = [
  {
    name: 'app-developers',
    title: 'For app developers',
    summary: 'Connect an app: the flow by library and by curl, scopes, redirect URIs, refreshing, errors.',
  },
  {
    name: 'least-privilege',
    title: 'Access to less',
    summary: 'How apps get less than everything: scopes, projects, a time; what they did, and how people take it back.',
  },
  {
    name: 'api-keys',
    title: 'API keys',
    summary: 'Keys for your own programs: their form, what they may do, replacing and ending them.',
  },
  {
    name: 'leaked-secrets',
    title: 'Leaked secrets',
    summary: 'What happens to a secret that others can read, how scanners find one, and how they report it.',
  },
  {
    name: 'auth',
    title: 'For agents',
    summary: 'How a program that nobody registered gets access: discovery, registration, consent, refreshing.',
  },
  {
    name: 'mcp',
    title: 'MCP servers and agents',
    summary: 'How an agent connects to an MCP server behind the gateway, what people see, and what admins can do.',
  },
  {
    name: 'workload-identity',
    title: 'Workload identity',
    summary: 'Services that prove themselves by the platform they run on, without a secret.',
  },
  {
    name: 'webhooks',
    title: 'Webhooks',
    summary: 'Events that this server sends to an app, and how to verify them.',
  },
  {
    name: 'gateway',
    title: 'Validating tokens',
    summary: 'Accept access tokens in your own API: the gateway, the library, revocation within a second.',
  },
  {
    name: 'security',
    title: 'Security',
    summary: 'What is protected against which attack, and the test that shows it.',
  },
  {
    name: 'conformance',
    title: 'Conformance',
    summary: 'What was run with which client library, by section of the specification.',
  },
  {
    name: 'glossary',
    title: 'Glossary',
    summary: 'The words of this project, and where they stand in the code.',
  },
];

const kept = new Map<string, Promise<string>>();

/** Returns the Markdown of a document that is served; undefined for every other name. Files are read once. */
export function readDocument(name: string): Promise<string> | undefined {
  if (!servedDocuments.some((one) => one.name === name)) return undefined;
  let text = kept.get(name);
  if (!text) {
    text = readFile(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');
    text.catch(() => kept.delete(name));
    kept.set(name, text);
  }
  return text;
}
