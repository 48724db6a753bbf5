/** Wrong answers to the consent page of an app that nobody registered. None of them writes anything, and the page still works. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callback } from '../support/oauth.ts';
import { formOf, type Page } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { addAgent, ask, type Somebody, somebody, tokensAt } from '../support/unregistered.ts';
import { itAnswers, type Row } from './table.ts';
import type { Sent } from './wire.ts';

let server: TestServer;
let clientId: string;
let person: Somebody;
let page: Page;
beforeAll(async () => {
  server = await startTestServer();
  clientId = await addAgent(server.db);
  person = await somebody(server);
  page = await asked();
});
afterAll(() => server.stop());

const asked = () => ask(server, person, { client_id: clientId, scope: 'projects:read projects:write' });
const valid = { decision: 'allow', duration: '3600', scope: 'projects:read' };

const invalid = { status: 400, text: /can’t be read/ };

/** Sends the page's form with these fields instead of valid ones. */
const sent = (fields: Record<string, string | string[] | undefined>) => async (): Promise<Sent> => {
  const { action: path, hidden } = formOf(page, '/consent');
  const all = Object.entries({ ...Object.fromEntries(hidden), ...valid, ...fields });
  const body = Object.fromEntries(all.filter(([, value]) => value !== undefined)) as Record<string, string | string[]>;
  const cookie = await person.jar.getCookieString(new URL(path, server.issuer).href);
  return { path, body, headers: { Accept: 'text/html', Cookie: cookie } };
};

const wrongTimes: Row[] = [
  ['no time', undefined],
  ['an empty one', ''],
  ['a minute', '60'],
  ['a second more than 30 days', '2592001'],
  ['a year', '31536000'],
  ['zero', '0'],
  ['a time in the past', '-3600'],
  ['a time with a fraction', '3600.5'],
  ['a time in another spelling', '3.6e3'],
  ['a time with a space', '3600 '],
  ['a word', 'forever'],
  ['a name of every object', '__proto__'],
  ['the same time twice', ['3600', '3600']],
  ['two times', ['3600', 'until']],
  ['a time of 10,000 digits', '9'.repeat(10_000)],
].map(([name, duration]) => ({ name: name as string, send: sent({ duration }), ...invalid }));

describe('for how long', () => {
  itAnswers(
    () => server,
    [...wrongTimes, { name: 'duration[]', send: sent({ duration: undefined, 'duration[]': '3600' }), ...invalid }],
  );
});

describe('the decision', () => {
  itAnswers(
    () => server,
    [
      { name: 'Allow and Deny', send: sent({ decision: ['allow', 'deny'] }), ...invalid },
      { name: 'Deny and Allow', send: sent({ decision: ['deny', 'allow'] }), ...invalid },
      { name: 'Allow twice', send: sent({ decision: ['allow', 'allow'] }), ...invalid },
      { name: 'none', send: sent({ decision: undefined }), ...invalid },
    ],
  );
});

it('a person who leaves a wrong form behind can still answer, and gets no scope that was not asked for', async () => {
  const answer = {
    ...valid,
    scope: [
      'projects:read',
      'projects:read',
      'ai:generate',
      'offline_access',
      'clients:write',
      '__proto__',
      'x'.repeat(999),
    ],
  };
  const { scope } = await tokensAt(server, await person.submit(page, '/consent', answer), clientId);
  expect(scope).toBe('projects:read');
  const [row] = await rowsOf(server.db, `SELECT granted, refused FROM consents WHERE account_id = '${person.id}'`);
  expect(row).toEqual({ granted: ['projects:read'], refused: ['projects:write'] });
});

it('Deny needs no time, and a wrong one does not make it anything else', async () => {
  for (const duration of ['forever', ['3600', 'until']]) {
    person = await somebody(server);
    page = await asked();
    const answer = callback(await person.submit(page, '/consent', { decision: 'deny', duration }));
    expect(answer.get('error')).toBe('access_denied');
  }
});

it('"Read only" counts however often and with whatever value it is sent', async () => {
  for (const readOnly of ['', 'off', ['on', 'no']]) {
    person = await somebody(server);
    page = await asked();
    const answer = { ...valid, scope: ['projects:read', 'projects:write'], read_only: readOnly };
    expect((await tokensAt(server, await person.submit(page, '/consent', answer), clientId)).scope).toBe(
      'projects:read',
    );
  }
});

it('a form of an app that was registered gets no end from a field that its page does not have', async () => {
  person = await somebody(server);
  page = await ask(server, person, { client_id: 'spa', scope: 'projects:read' });
  await person.submit(page, '/consent', { decision: 'allow', duration: '3600', whole: 'yes' });
  const [row] = await rowsOf(server.db, `SELECT ends_at FROM consents WHERE account_id = '${person.id}'`);
  expect(row).toEqual({ ends_at: null });
});
