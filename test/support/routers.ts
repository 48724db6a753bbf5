/** The routers as the server builds them, for tests that read their lists. No request is answered by them. */
import type Router from '@koa/router';
import { readConfig } from '../../src/config/index.ts';
import { pageRooms, pageRouters, type RouterDeps } from '../../src/web/routers.ts';

export async function listedRouters(): Promise<readonly Router[]> {
  const deps = {
    config: readConfig({ DATABASE_URL: 'postgres://localhost/none', SECRETS: 'x'.repeat(32) }),
    demoApi: () => {},
  } as unknown as RouterDeps;
  const rooms = await Promise.all(pageRooms(deps).map((room) => room.open()));
  return [...pageRouters(deps), ...rooms.flatMap((room) => room.routers)];
}
