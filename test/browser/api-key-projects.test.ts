/** The choice of projects on the form of a new key, in a browser. */
import { afterAll, expect, it } from 'vitest';
import { browserSuite } from '../support/browser-suite.ts';
import { manyProjects, startProjectsApi } from '../support/projects-api.ts';
import { signInAt } from '../support/visitor.ts';

const api = await startProjectsApi();
afterAll(() => api.stop());
const { server, open } = await browserSuite({ env: { PROJECTS_URL: api.url } });
await api.follow(server.issuer);

it('a search while typing hides rows and keeps ticks, and Enter sends nothing', async () => {
  api.projects = manyProjects(30);
  const page = await open();
  await page.goto(`${server.issuer}/account/api-keys/new`);
  await signInAt(page, server.person.email);
  const row = (name: string) => page.getByRole('checkbox', { name });
  const search = page.getByRole('searchbox', { name: 'Search your projects' });
  expect(await row('Project 0007').isVisible()).toBe(false);
  await page.getByRole('radio', { name: 'Only these' }).check();
  await row('Project 0007').check();
  expect(await page.getByRole('button', { name: 'Search' }).isVisible()).toBe(false);
  await search.fill('0012');
  expect([await row('Project 0007').isVisible(), await row('Project 0012').isVisible()]).toEqual([false, true]);
  await search.fill('nothing has this');
  expect(await page.getByText('No project has this in its name.').isVisible()).toBe(true);
  await search.fill('0012');
  await row('Project 0012').check();
  await page.getByLabel('What is it for?').fill('Nightly backup');
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.method()));
  for (const field of [search, page.getByLabel('What is it for?')]) await field.press('Enter');
  expect(sent).toEqual([]);
  await page.getByRole('checkbox', { name: 'Projects', exact: true }).check();
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByText('This is your new key.').waitFor();
  await page.getByText('Project 0007').waitFor();
  expect((await server.db.pgPool.query('SELECT projects FROM api_keys')).rows).toEqual([
    { projects: ['proj_23', 'proj_18'] },
  ]);
});
