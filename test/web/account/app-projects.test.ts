/** *Connected apps* shows the projects of an app, and takes one away while the app goes on with the rest. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeProject } from '../../../src/operations/narrow-consent.ts';
import { bearer, startTestGateway, type TestGateway } from '../../gateway/running-gateway.ts';
import { eventually } from '../../support/eventually.ts';
import { authorizeUrl, callback, exchange, introspect, refresh, type Tokens } from '../../support/oauth.ts';
import { decide } from '../../support/person.ts';
import { type ProjectsApi, startProjectsApi } from '../../support/projects-api.ts';
import { rowsOf } from '../../support/rows.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { ask, type Somebody, somebody } from '../../support/unregistered.ts';

let server: TestServer;
let api: ProjectsApi;
let gateway: TestGateway;
beforeAll(async () => {
  api = await startProjectsApi();
  api.projects = [
    { id: 'proj_a', name: 'Atlas' },
    { id: 'proj_b', name: 'Billing' },
    { id: 'proj_c', name: 'Checkout' },
  ];
  server = await startTestServer({ env: { PROJECTS_URL: api.url } });
  await api.follow(server.issuer);
  gateway = await startTestGateway(server);
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
  await api.stop();
});

const detail = (identifier: string, actions = ['projects:read']) => ({ type: 'vibecaas_project', identifier, actions });
const path = '/account/app/spa';

async function connected(params: Record<string, string> = {}, more: Record<string, string | string[]> = {}) {
  const person = await somebody(server);
  const choice = { projects: 'only', project: ['proj_a', 'proj_b'], ...more };
  const page = await decide(person, await ask(server, person, params), 'allow', [], choice);
  const { body } = await exchange(server, callback(page).get('code') as string);
  return { person, tokens: body as unknown as Required<Tokens> };
}
const remove = async (person: Somebody, project: string) =>
  person.submit(await person.visit(path), '/remove-project', { project });
const statusAt = async (project: string, token: string) =>
  (await fetch(`${gateway.origin}/v1/projects/${project}`, { headers: bearer(token) })).status;

it('shows the projects by name, and takes one from the app, which goes on with the other', async () => {
  const { person, tokens } = await connected();
  const other = await exchange(server, callback(await person.visit(authorizeUrl(server))).get('code') as string);
  const page = await person.visit(path);
  expect(page.text).toMatch(/In which projects[\s\S]*Only these 2[\s\S]*Atlas[\s\S]*Billing/);
  expect(page.text).not.toContain('Checkout');
  expect(await statusAt('proj_b', tokens.access_token)).toBe(200);
  const after = await remove(person, 'proj_b');
  expect(after.text).toMatch(/The project is removed\.[\s\S]*The app can’t use it any more\.[\s\S]*Only this one/);
  expect(after.text).not.toContain('Billing');
  await eventually(() => statusAt('proj_a', tokens.access_token)).toBe(401);
  expect((await introspect(server, tokens.access_token)).body).toEqual({ active: false });
  for (const one of [tokens, other.body as unknown as Required<Tokens>]) {
    const { status, body } = await refresh(server, one.refresh_token);
    expect([status, body.authorization_details]).toEqual([200, [detail('proj_a')]]);
    expect(decodeJwt(body.access_token as string).gid).not.toBe(decodeJwt(one.access_token).gid);
    expect(await statusAt('proj_a', body.access_token as string)).toBe(200);
    expect(await statusAt('proj_b', body.access_token as string)).toBe(403);
  }
  const code = callback(await person.visit(authorizeUrl(server))).get('code') as string;
  expect((await exchange(server, code)).body.authorization_details).toEqual([detail('proj_a')]);
  const [{ details }] = (await rowsOf(
    server.db,
    `SELECT details FROM audit_events WHERE action = 'consent.narrowed' AND details ->> 'account' = '${person.id}'`,
  )) as [{ details: Record<string, unknown> }];
  expect(details).toMatchObject({ project: 'proj_b', connections: 2 });
});

it('reaches a code that is on its way', async () => {
  const { person } = await connected();
  const code = callback(await person.visit(authorizeUrl(server))).get('code') as string;
  await remove(person, 'proj_a');
  expect((await exchange(server, code)).body.authorization_details).toEqual([detail('proj_b')]);
});

it('takes the scopes that were for no other project, and disconnects an app that has nothing left', async () => {
  const more = JSON.stringify([detail('proj_a'), detail('proj_c', ['analytics:read'])]);
  const { person, tokens } = await connected({ authorization_details: more }, { project: ['proj_a', 'proj_c'] });
  await remove(person, 'proj_c');
  const { body } = await refresh(server, tokens.refresh_token);
  expect([body.scope, body.authorization_details]).toEqual(['projects:read', [detail('proj_a')]]);
  const after = await remove(person, 'proj_a');
  expect(after.url).toContain('/account/apps');
  expect((await refresh(server, body.refresh_token as string)).status).toBe(400);
});

it('leaves an app that knows who the person is connected without projects', async () => {
  const { person, tokens } = await connected({ scope: 'openid projects:read' }, { project: ['proj_a'] });
  await remove(person, 'proj_a');
  const { status, body } = await refresh(server, tokens.refresh_token);
  expect([status, body.scope, body.authorization_details]).toEqual([200, 'openid', undefined]);
});

it('does nothing for a project that the app does not have, or that is somebody else’s', async () => {
  const { person, tokens } = await connected();
  const stranger = await somebody(server);
  const app = { clientId: 'spa', project: 'proj_a' };
  const by = (id: string) => ({ id: `account:${id}` });
  await expect(takeProject(server.db, { ...app, accountId: stranger.id }, by(stranger.id))).rejects.toThrow(
    /does not have/,
  );
  await expect(takeProject(server.db, { ...app, accountId: person.id }, by(stranger.id))).rejects.toThrow();
  const all = await connected({}, { projects: 'all', project: [] });
  await expect(takeProject(server.db, { ...app, accountId: all.person.id }, by(all.person.id))).rejects.toThrow(
    /does not have/,
  );
  expect((await all.person.visit(path)).text).not.toContain('In which projects');
  expect((await refresh(server, tokens.refresh_token)).status).toBe(200);
});

it('shows ids while the API is away', async () => {
  const { person } = await connected();
  const page = await person.visit(path);
  expect(page.text).toContain('Atlas');
  api.answer = (response) => response.destroy();
  const { person: later } = await connected(
    { authorization_details: JSON.stringify([detail('proj_a')]) },
    { project: ['proj_a'] },
  );
  expect((await later.visit(path)).text).toContain('proj_a');
  api.answer = undefined;
});
