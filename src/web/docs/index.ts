/** The documentation as pages and as Markdown, with the addresses of this installation and the reader's client id. */
import Router from '@koa/router';
import type { Context } from 'koa';
import { docsIndexPage, docsPage } from '../../../views/docs/index.ts';
import { AppError } from '../../errors.ts';
import { demo } from '../../policy/demo.ts';
import { listOwnedClients } from '../../store/own-clients.ts';
import type { WebDeps } from '../deps.ts';
import { signedIn } from '../http/session.ts';
import { readDocument, servedDocuments } from './documents.ts';
import { addressesOf, clientIdFrom, exampleClientId, fill, type Reader } from './fill.ts';
import { createPages } from './pages.ts';

export function docsRoutes(deps: WebDeps): Router {
  const { config } = deps;
  const router = new Router();
  const pageOf = createPages(addressesOf(config));

  router.get('/docs', (ctx) => {
    ctx.body = docsIndexPage({ documents: servedDocuments });
  });

  router.get('/docs/:name', async (ctx) => {
    const [, name = '', markdown] = /^([\w-]+)(\.md)?$/.exec((ctx.params as { name: string }).name) ?? [];
    const text = await readDocument(name);
    if (text === undefined) throw new AppError('not_found', 'There is no such page in the documentation');
    const reader = await readerOf(ctx, deps, text);
    if (markdown) return sendMarkdown(ctx, fill(text, reader));
    ctx.body = docsPage({ documents: servedDocuments, name, ...pageOf(name, text, reader.clientId) });
  });

  router.get('/auth.md', async (ctx) => {
    sendMarkdown(ctx, fill((await readDocument('auth')) ?? '', await readerOf(ctx, deps, '')));
  });

  router.get('/llms.txt', (ctx) => {
    ctx.type = 'text/plain; charset=utf-8';
    ctx.body = overview(config.issuer);
  });

  return router;
}

/**
 * The first app of whoever is signed in, unless the address names one; with demo data, its command line program otherwise. Only
 * a document with an example asks the database.
 */
async function readerOf(ctx: Context, { config, db, engine }: WebDeps, text: string): Promise<Reader> {
  const addresses = addressesOf(config);
  const named = clientIdFrom(ctx.query.client_id);
  if (named !== undefined || !text.includes(exampleClientId)) return { ...addresses, clientId: named };
  const person = await signedIn(ctx, engine.provider());
  const [first] = person ? await listOwnedClients(db, person.account.id) : [];
  const own = clientIdFrom(first?.client_id);
  return { ...addresses, clientId: own ?? (config.demo ? demo.cli : undefined) };
}

function sendMarkdown(ctx: Context, text: string): void {
  ctx.type = 'text/markdown; charset=utf-8';
  ctx.body = text;
}

/** Written as https://llmstxt.org asks: a title, a summary, and links to files in Markdown. */
function overview(issuer: string): string {
  const links = servedDocuments.map(
    ({ name, title, summary }) => `- [${title}](${issuer}/docs/${name}.md): ${summary}`,
  );
  return `# VibeCaaS authorization server

> OAuth 2.0 for apps and agents that work with people's VibeCaaS projects. Issuer: ${issuer}

An agent that nobody registered begins with [auth.md](${issuer}/auth.md). Endpoints are in the
[metadata](${issuer}/.well-known/oauth-authorization-server).

## Docs

${links.join('\n')}
`;
}
