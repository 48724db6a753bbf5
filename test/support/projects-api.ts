/** The platform's API as far as this server asks it: the projects of a person, by pages, for a token of its own audience. */
import { createServer, type ServerResponse } from 'node:http';
import { createVerifier } from '../../src/gateway/verifier.ts';
import { freePort } from './free-port.ts';
import { apiResource, secrets } from './server.ts';

export interface ProjectsApi {
  readonly url: string;
  /** The projects that it has now. */
  projects: { id: string; name: string }[];
  /** Answers in another way, for tests of an API that is slow, wrong or away. */
  answer: ((response: ServerResponse) => void) | undefined;
  /** The person and client of each request that it accepted. */
  readonly asked: { sub: string; client_id: string | undefined; page: string | null }[];
  /** Where the tokens come from, once that server runs. Resolves when its revocations are known: nobody introspects these tokens. */
  follow(issuer: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startProjectsApi(): Promise<ProjectsApi> {
  let verifier: ReturnType<typeof createVerifier> | undefined;
  const server = createServer(async (request, response) => {
    if (api.answer) return api.answer(response);
    const { searchParams } = new URL(request.url ?? '/', 'http://api');
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const claims = await verifier?.verify(token, { scope: 'projects:read', filtered: true }).catch(() => undefined);
    if (!claims) return response.writeHead(401).end();
    const [page, size] = [Number(searchParams.get('page')), Number(searchParams.get('per_page'))];
    api.asked.push({ sub: claims.sub, client_id: claims.client_id, page: searchParams.get('page') });
    const data = api.projects.slice((page - 1) * size, page * size);
    const pagination = { page, per_page: size, has_next: page * size < api.projects.length };
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ success: true, data, pagination }));
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const api: ProjectsApi = {
    url: `http://127.0.0.1:${port}/v1/projects`,
    projects: [],
    answer: undefined,
    asked: [],
    follow(issuer) {
      const credentials = { clientId: 'gateway', clientSecret: secrets.gateway as string };
      verifier = createVerifier({ issuer, audience: `${apiResource}/internal`, credentials });
      return verifier.ready();
    },
    async stop() {
      await verifier?.close();
      server.closeAllConnections();
      server.close();
    },
  };
  return api;
}

/** Names in another order than ids. */
export const manyProjects = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `proj_${n}`, name: `Project ${String(count - n).padStart(4, '0')}` }));
