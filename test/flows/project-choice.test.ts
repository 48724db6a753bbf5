/** People choose which projects an app may use, on the consent page, without script. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { authorizeUrl, callback, exchange, introspect, refresh } from '../support/oauth.ts';
import { checked, decide, type Page } from '../support/person.ts';
import { manyProjects, type ProjectsApi, startProjectsApi } from '../support/projects-api.ts';
import { rowsOf } from '../support/rows.ts';
import { redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import { addAgent, ask, isQuestion, type Somebody, somebody } from '../support/unregistered.ts';

let server: TestServer;
let api: ProjectsApi;
beforeAll(async () => {
  api = await startProjectsApi();
  server = await startTestServer({ env: { PROJECTS_URL: api.url } });
  await api.follow(server.issuer);
});
afterAll(async () => {
  await server.stop();
  await api.stop();
});
beforeEach(() => {
  api.answer = undefined;
  api.projects = manyProjects(3);
});

const read = ['projects:read'];
const detail = (identifier: string, actions = read) => ({ type: 'vibecaas_project', identifier, actions });
const only = (...project: string[]) => ({ projects: 'only', project });
const rows = (page: Page) =>
  [...page.text.matchAll(/<input type="checkbox" name="project" value="([^"]+)"/g)].map(([, id]) => id);

/** What the app gets after this answer. */
async function answer(person: Somebody, page: Page, more: Record<string, string | string[]>, clientId = 'spa') {
  const code = callback(await decide(person, page, 'allow', [], more)).get('code') as string;
  const { body } = await exchange(server, code, clientId);
  return body as Record<string, string> & { authorization_details?: object[] };
}
const again = async (person: Somebody, params: Record<string, string> = {}) =>
  (await exchange(server, callback(await person.visit(authorizeUrl(server, params))).get('code') as string)).body;

describe('the page', () => {
  it('offers all projects of the person by name, whom the API is asked about as nobody else', async () => {
    const person = await somebody(server);
    const page = await ask(server, person, {});
    expect(rows(page)).toEqual(['proj_2', 'proj_1', 'proj_0']);
    expect(checked(page, 'projects')).toEqual(['all']);
    expect(api.asked.at(-1)).toEqual({ sub: person.id, client_id: server.issuer, page: '1' });
    const before = api.asked.length;
    await person.visit(page.url);
    expect(api.asked).toHaveLength(before);
  });

  it('gives the app the projects that were ticked, and no later one', async () => {
    const person = await somebody(server);
    const body = await answer(person, await ask(server, person, {}), only('proj_0', 'proj_2'));
    expect(body.authorization_details).toEqual([detail('proj_0'), detail('proj_2')]);
    expect(decodeJwt(body.access_token as string).authorization_details).toEqual(body.authorization_details);
    api.projects = manyProjects(4);
    expect((await refresh(server, body.refresh_token as string)).body.authorization_details).toEqual(
      body.authorization_details,
    );
    expect((await again(person)).authorization_details).toEqual(body.authorization_details);
  });

  it('gives the app everything for “All projects”, whatever is ticked', async () => {
    const person = await somebody(server);
    const body = await answer(person, await ask(server, person, {}), { projects: 'all', project: ['proj_0'] });
    expect(body.authorization_details).toBeUndefined();
  });

  it('shows what was chosen before, and takes what is left unticked from every device', async () => {
    const person = await somebody(server);
    const first = await answer(person, await ask(server, person, {}), only('proj_0', 'proj_1'));
    const page = await ask(server, person, { prompt: 'consent' });
    expect([checked(page, 'projects'), checked(page, 'project').sort()]).toEqual([['only'], ['proj_0', 'proj_1']]);
    const second = await answer(person, page, only('proj_1', 'proj_2'));
    expect(second.authorization_details).toEqual([detail('proj_1'), detail('proj_2')]);
    expect((await introspect(server, first.access_token as string)).body).toEqual({ active: false });
    expect((await refresh(server, first.refresh_token as string)).status).toBe(400);
  });

  it('leaves other devices alone where only something is added', async () => {
    const person = await somebody(server);
    const first = await answer(person, await ask(server, person, {}), only('proj_0'));
    await answer(person, await ask(server, person, { prompt: 'consent' }), only('proj_0', 'proj_1'));
    expect((await refresh(server, first.refresh_token as string)).body.authorization_details).toEqual([
      detail('proj_0'),
    ]);
    expect((await again(person)).authorization_details).toEqual([detail('proj_0'), detail('proj_1')]);
  });

  it('holds for each scope that is allowed later', async () => {
    const person = await somebody(server);
    await answer(person, await ask(server, person, {}), only('proj_0'));
    const page = await ask(server, person, { scope: 'projects:read analytics:read' });
    const body = await answer(person, page, only('proj_0'));
    expect(body.authorization_details).toEqual([detail('proj_0', ['projects:read', 'analytics:read'])]);
  });

  it('is the same for an app that came by itself', async () => {
    const clientId = await addAgent(server.db);
    const person = await somebody(server);
    const page = await ask(server, person, { client_id: clientId });
    const body = await answer(person, page, only('proj_1'), clientId);
    expect(body.authorization_details).toEqual([detail('proj_1')]);
  });

  it('asks nothing for who the person is alone, nor for apps of VibeCaaS', async () => {
    const person = await somebody(server);
    expect(rows(await ask(server, person, { client_id: 'other', scope: 'openid' }))).toEqual([]);
    const own = { client_id: 'own', client_name: 'Own', type: 'spa', first_party: true, redirect_uris: [redirectUri] };
    await createClient(server.db, own as never, { id: 'test' });
    const page = await ask(server, person, { client_id: 'own' });
    expect(callback(page).get('code')).toBeTruthy();
  });
});

describe('an answer that the page does not offer', () => {
  const sent = async (more: Record<string, string | string[]>, params: Record<string, string> = {}) => {
    const person = await somebody(server);
    const page = await decide(person, await ask(server, person, params), 'allow', [], more);
    const consents = await rowsOf(server.db, `SELECT 1 FROM consents WHERE account_id = '${person.id}'`);
    return [page.status, /role="alert"[\s\S]*?<b>([^<]*)/.exec(page.text)?.[1], consents.length];
  };
  it.each<[name: string, more: Record<string, string | string[]>, status: number, said: string | undefined]>([
    ['no project ticked', only(), 422, 'Choose at least one project, or all of them.'],
    [
      'a project that is not in the list any more',
      only('proj_0', 'proj_gone'),
      422,
      'A project that you ticked is not in the list any more. See what is ticked now.',
    ],
    ['a path', only('../x'), 400, undefined],
    ['neither all nor some', { projects: [] }, 400, undefined],
    ['all and some', { projects: ['all', 'only'] }, 400, undefined],
    ['another word', { projects: 'none' }, 400, undefined],
  ])('%s is refused', async (_, more, status, said) => {
    expect(await sent(more)).toEqual([status, said ?? (await sent(more))[1], 0]);
  });

  it('more than 200 projects are refused', async () => {
    api.projects = manyProjects(300);
    const many = only(...api.projects.slice(0, 201).map(({ id }) => id));
    expect(await sent(many)).toEqual([422, 'Choose at most 200 projects, or all of them.', 0]);
  });
});

describe('an answer to a page that was opened before another one', () => {
  const named = { authorization_details: JSON.stringify([detail('proj_2')]), prompt: 'consent' };
  const consentOf = async ({ id }: Somebody) =>
    (await rowsOf(server.db, `SELECT authorization_details AS projects FROM consents WHERE account_id = '${id}'`))[0]
      ?.projects;

  it('brings back no project that was taken meanwhile', async () => {
    const person = await somebody(server);
    await answer(person, await ask(server, person, {}), only('proj_0', 'proj_1'));
    const open = await ask(server, person, named);
    await answer(person, await ask(server, person, { prompt: 'consent' }), only('proj_0'));
    expect((await answer(person, open, {})).authorization_details).toEqual([detail('proj_2')]);
    expect(await consentOf(person)).toEqual([detail('proj_0'), detail('proj_2')]);
  });

  it('gives one project alone after the app was disconnected', async () => {
    const person = await somebody(server);
    await answer(person, await ask(server, person, {}), { projects: 'all' });
    const open = await ask(server, person, named);
    await server.db.pgPool.query('DELETE FROM consents WHERE account_id = $1', [person.id]);
    await answer(person, open, {});
    expect(await consentOf(person)).toEqual([detail('proj_2')]);
  });
});

it('a choice after an earlier one has ended holds for every device', async () => {
  const person = await somebody(server);
  const first = await answer(person, await ask(server, person, {}), { projects: 'all' });
  await server.db.pgPool.query("UPDATE consents SET ends_at = now() - interval '1 second' WHERE account_id = $1", [
    person.id,
  ]);
  await answer(person, await ask(server, person, {}), only('proj_1'));
  expect((await refresh(server, first.refresh_token as string)).status).toBe(400);
});

describe('many projects', () => {
  it.each([1, 50])('%i are all on the page', async (count) => {
    api.projects = manyProjects(count);
    expect(rows(await ask(server, await somebody(server), {}))).toHaveLength(count);
  });

  it('5,000 are searched, and what is ticked stays ticked', async () => {
    api.projects = manyProjects(5_000);
    const person = await somebody(server);
    const page = await ask(server, person, {});
    expect(rows(page)).toHaveLength(200);
    expect(page.text.length).toBeLessThan(100_000);
    expect(page.text).toContain('There are 5,000 projects: search for the others.');
    const ticked = rows(page)[0] as string;
    const found = await decide(person, page, 'find' as never, [], { ...only(ticked), find: 'PROJECT 0042' });
    expect([found.status, rows(found)]).toEqual([200, ['proj_4958']]);
    expect(found.text).toContain('1 more is ticked.');
    const body = await answer(person, found, only(ticked, 'proj_4958'));
    expect(body.authorization_details).toEqual([ticked, 'proj_4958'].sort().map((id) => detail(id)));
    const nothing = await decide(person, await ask(server, person, { prompt: 'consent' }), 'find' as never, [], {
      find: 'zz',
    });
    expect(nothing.text).toContain('No project has this in its name.');
  });
});

describe('an API that does not answer as it should', () => {
  const json = (body: unknown) => (response: Parameters<NonNullable<ProjectsApi['answer']>>[0]) =>
    response.writeHead(200).end(JSON.stringify(body));
  it.each<[name: string, answers: NonNullable<ProjectsApi['answer']>]>([
    ['is away', (response) => response.destroy()],
    ['is slow', () => {}],
    ['fails', (response) => response.writeHead(500).end()],
    ['refuses', (response) => response.writeHead(401).end()],
    ['redirects', (response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end()],
    ['sends no JSON', (response) => response.writeHead(200).end('<html>')],
    ['sends another envelope', json({ projects: [] })],
    ['sends ids with spaces', json({ success: true, data: [{ id: 'a b', name: 'A' }] })],
    ['sends too much', json({ success: true, data: [], more: 'x'.repeat(5_000_000) })],
    ['has pages without end', json({ success: true, data: [{ id: 'a' }], pagination: { has_next: true } })],
  ])('%s: the page says so, and offers all or nothing', async (name, answers) => {
    api.answer = answers;
    const person = await somebody(server);
    const page = await ask(server, person, {});
    if (name === 'has pages without end') return expect(page.status).toBe(200);
    expect(page.text).toContain('Your projects can’t be listed right now.');
    expect(rows(page)).toEqual([]);
    expect((await answer(person, page, {})).authorization_details).toBeUndefined();
  });

  it('leaves what was chosen before', async () => {
    const person = await somebody(server);
    await answer(person, await ask(server, person, {}), only('proj_0', 'proj_1'));
    api.answer = (response) => response.destroy();
    const page = await ask(server, person, { prompt: 'consent' });
    expect([rows(page), checked(page, 'projects')]).toEqual([['proj_0', 'proj_1'], ['only']]);
    expect((await answer(person, page, only('proj_1'))).authorization_details).toEqual([detail('proj_1')]);
  });

  it('does not keep an app from its own projects', async () => {
    api.answer = (response) => response.destroy();
    const person = await somebody(server);
    const page = await ask(server, person, { authorization_details: JSON.stringify([detail('proj_0')]) });
    expect([rows(page), page.text.includes('can’t be read right now')]).toEqual([['proj_0'], true]);
    expect((await answer(person, page, { project: ['proj_0'] })).authorization_details).toEqual([detail('proj_0')]);
  });
});

describe('an app that names projects', () => {
  const named = (...ids: string[]) => ({ authorization_details: JSON.stringify(ids.map((id) => detail(id))) });

  it('gets those that stay ticked, and none that the person does not have', async () => {
    const person = await somebody(server);
    const page = await ask(server, person, named('proj_0', 'proj_1', 'proj_foreign'));
    expect([rows(page).sort(), checked(page, 'project').sort()]).toEqual([
      ['proj_0', 'proj_1'],
      ['proj_0', 'proj_1'],
    ]);
    expect(page.text).toContain('It also asks for 1 project that is not yours');
    expect((await answer(person, page, { project: ['proj_1'] })).authorization_details).toEqual([detail('proj_1')]);
  });

  it('is refused if none of them is the person’s', async () => {
    const page = await ask(server, await somebody(server), named('proj_foreign'));
    expect(callback(page).get('error')).toBe('access_denied');
  });

  it('is asked for one at least, and gets no other', async () => {
    const person = await somebody(server);
    const page = await ask(server, person, named('proj_0'));
    expect((await decide(person, page, 'allow', [], { project: [] })).status).toBe(422);
    const other = await ask(server, person, named('proj_0'));
    expect((await decide(person, other, 'allow', [], { project: ['proj_1'] })).status).toBe(400);
    expect(isQuestion(await ask(server, person, named('proj_0')))).toBe(true);
  });

  const writes = ['projects:write'];
  const mixed = (...more: object[]) => ({
    authorization_details: JSON.stringify([detail('proj_0'), detail('proj_1', writes), ...more]),
  });
  const consentOf = async ({ id }: Somebody) =>
    (
      await rowsOf(
        server.db,
        `SELECT granted, refused, authorization_details AS projects FROM consents WHERE account_id = '${id}'`,
      )
    )[0];

  it('gets no permission whose projects are all unticked, and can ask for it again', async () => {
    const person = await somebody(server);
    const page = await ask(server, person, mixed());
    expect(page.text).toContain('A permission is left out if you untick all projects that it is for.');
    const body = await answer(person, page, { project: ['proj_0'] });
    expect([body.scope, body.authorization_details]).toEqual(['projects:read', [detail('proj_0')]]);
    expect(await consentOf(person)).toMatchObject({ granted: ['projects:read'], refused: [] });
    const again = await answer(person, await ask(server, person, mixed()), { project: ['proj_0', 'proj_1'] });
    expect(again.scope).toBe('projects:read projects:write');
  });

  it('loses a permission whose last project is unticked later', async () => {
    const person = await somebody(server);
    await answer(person, await ask(server, person, mixed()), { project: ['proj_0', 'proj_1'] });
    const page = await ask(server, person, { ...mixed(), prompt: 'consent' });
    expect((await answer(person, page, { project: ['proj_0'] })).scope).toBe('projects:read');
    expect(await consentOf(person)).toMatchObject({ granted: ['projects:read'], projects: [detail('proj_0')] });
  });

  it('gets at most 200 projects in all, and the page says so', async () => {
    api.projects = manyProjects(201);
    const ids = api.projects.map(({ id }) => id);
    const person = await somebody(server);
    await answer(person, await ask(server, person, {}), only(...ids.slice(0, 199)));
    const page = await ask(server, person, named('proj_199', 'proj_200'));
    const refused = await decide(person, page, 'allow', [], { project: ['proj_199', 'proj_200'] });
    expect([refused.status, checked(refused, 'project')]).toEqual([422, ['proj_200', 'proj_199']]);
    expect(refused.text).toContain('the app would have more than 200 projects');
    expect((await answer(person, refused, { project: ['proj_200'] })).authorization_details).toEqual([
      detail('proj_200'),
    ]);
    expect((await consentOf(person))?.projects).toHaveLength(200);
  });
});

// Last, because the clock of a server should only advance.
it('all pages of the list are read although the clock is set meanwhile', async () => {
  const person = await somebody(server);
  onTestFinished(() => void vi.useRealTimers());
  let page = 0;
  api.answer = (response) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30_000 });
    page += 1;
    const data = [{ id: `proj_${page}`, name: `Project ${page}` }];
    response.end(JSON.stringify({ success: true, data, pagination: { has_next: page < 3 } }));
  };
  expect(rows(await ask(server, person, {}))).toHaveLength(3);
});
