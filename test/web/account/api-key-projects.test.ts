/** People choose which projects a key may use, on its form, without script. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ageSignIn, signedInAs } from '../../support/admin.ts';
import { makeKey } from '../../support/api-keys.ts';
import { checked, type Page, type Person } from '../../support/person.ts';
import { manyProjects, type ProjectsApi, startProjectsApi } from '../../support/projects-api.ts';
import { password, startTestServer, type TestServer } from '../../support/server.ts';

const home = '/account/api-keys';
let server: TestServer;
let api: ProjectsApi;
let ada: Person;
beforeAll(async () => {
  api = await startProjectsApi();
  server = await startTestServer({ env: { PROJECTS_URL: api.url } });
  await api.follow(server.issuer);
  ada = await signedInAs(server, server.person.email);
});
afterAll(async () => {
  await server.stop();
  await api.stop();
});
beforeEach(async () => {
  api.answer = undefined;
  api.projects = manyProjects(3);
  await server.db.pgPool.query('DELETE FROM api_keys');
});

const visit = (path = '') => ada.visit(`${server.issuer}${home}${path}`);
const complete = { name: 'Nightly backup', environment: 'live', scope: ['projects:read'], expiry: '90' };
type Fields = Record<string, string | string[]>;
const only = (...project: string[]) => ({ projects: 'only', project });
const send = async (fields: Fields, page?: Page) =>
  ada.submit(page ?? (await visit('/new')), `${home}/new`, { ...complete, ...fields });
const made = async () => (await server.db.pgPool.query('SELECT projects FROM api_keys')).rows;
const listed = (page: Page) =>
  [...page.text.matchAll(/<input type="checkbox" name="project" value="([^"]+)"/g)].map(([, id]) => id);

describe('the form of a new key', () => {
  it('offers all projects of the person, and the key has all of them if nothing else is said', async () => {
    const page = await visit('/new');
    expect([checked(page, 'projects'), listed(page)]).toEqual([['all'], ['proj_2', 'proj_1', 'proj_0']]);
    await send({ projects: 'all', project: ['proj_0'] }, page);
    expect(await made()).toEqual([{ projects: null }]);
  });

  it('limits the key to the projects that are ticked, and every page says them by name', async () => {
    const once = await send(only('proj_0', 'proj_2'));
    expect(await made()).toEqual([{ projects: ['proj_0', 'proj_2'] }]);
    const id = (await server.db.pgPool.query('SELECT id FROM api_keys')).rows[0].id;
    for (const page of [once, await visit(), await visit(`/${id}`)]) {
      expect(page.text).toContain('<bdi>Project 0003</bdi>');
      expect(page.text).toContain('<bdi>Project 0001</bdi>');
    }
  });

  it('lists a project that was made since the form was last opened', async () => {
    await visit('/new');
    api.projects = manyProjects(4);
    expect(listed(await visit('/new'))).toContain('proj_3');
  });

  it('asks a person for a password again, and keeps the choice meanwhile', async () => {
    const form = await visit('/new');
    await ageSignIn(server, server.person.id);
    const asked = await send(only('proj_0', 'proj_1'), form);
    expect([asked.text.includes('confirm_password'), await made()]).toEqual([true, []]);
    await ada.submit(asked, `${home}/new`, { confirm_password: password });
    expect(await made()).toEqual([{ projects: ['proj_0', 'proj_1'] }]);
  });

  it('searches among many without a fresh sign-in, and keeps what was typed and ticked', async () => {
    api.projects = manyProjects(300);
    const page = await visit('/new');
    expect(page.text).toContain('There are 300 projects: search for the others.');
    await ageSignIn(server, server.person.id);
    const typed = { ...complete, ...only('proj_299'), scope: ['ai:generate'], decision: 'find', find: '0042' };
    const found = await ada.submit(page, `${home}/new`, typed);
    expect([found.status, listed(found), checked(found, 'scope')]).toEqual([200, ['proj_258'], ['ai:generate']]);
    for (const said of ['1 more is ticked.', 'value="Nightly backup"']) expect(found.text).toContain(said);
    expect(found.text).not.toContain('role="alert"');
    expect(await made()).toEqual([]);
    ada = await signedInAs(server, server.person.email);
  });
});

describe('a choice', () => {
  it.each<[name: string, fields: Fields, status: number, said: string, kept: string[]]>([
    ['of no project', only(), 422, 'Choose at least one project, or all of them.', []],
    ['of 51 projects', only(...manyProjects(51).map(({ id }) => id)), 422, 'Choose at most 50 projects', ['proj_7']],
    [
      'of a project that is not the person’s',
      only('proj_0', 'proj_foreign'),
      422,
      'not in the list any more',
      ['proj_0'],
    ],
    ['beside a wrong name', { ...only('proj_1'), name: '' }, 422, 'Name must have 1 to 100 characters', ['proj_1']],
    ['of a path', only('../x'), 400, '', []],
    ['of all and some', { projects: ['all', 'only'] }, 400, '', []],
    ['of neither all nor some', { projects: [] }, 400, '', []],
    ['of another word', { projects: 'none' }, 400, '', []],
  ])('%s makes no key, and what was typed stays', async (_, fields, status, said, kept) => {
    api.projects = manyProjects(60);
    const page = await send(fields);
    expect([page.status, await made()]).toEqual([status, []]);
    expect(page.text).toContain(said);
    if (status === 400) return;
    expect(checked(page, 'projects')).toEqual(['only']);
    expect(checked(page, 'project')).toEqual(expect.arrayContaining(kept));
    expect(checked(page, 'project')).not.toContain('proj_foreign');
  });

  it('is never widened where nothing lists projects any more', async () => {
    const page = await visit('/new');
    api.answer = (response) => response.destroy();
    await send(only('proj_0'), page);
    expect(await made()).toEqual([{ projects: ['proj_0'] }]);
  });
});

describe('an API that cannot list projects', () => {
  it.each<[name: string, answer: NonNullable<ProjectsApi['answer']>]>([
    ['is away', (response) => response.destroy()],
    ['is slow', () => {}],
    ['answers something else', (response) => response.writeHead(200).end('{}')],
  ])('%s: the form says so, and makes a key for all of them', async (_, answer) => {
    api.answer = answer;
    const page = await visit('/new');
    expect([listed(page), page.text.includes('Your projects can’t be listed right now.')]).toEqual([[], true]);
    expect(page.text).toContain('To choose some, come back later.');
    await send({}, page);
    expect(await made()).toEqual([{ projects: null }]);
  });

  it('leaves the ids of projects on the page of a key', async () => {
    api.answer = (response) => response.destroy();
    const { key } = await makeKey(server, { projects: ['proj_77'] });
    expect((await visit(`/${key.id}`)).text).toContain('proj_77');
  });
});
