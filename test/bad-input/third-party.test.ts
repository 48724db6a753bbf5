/** Rules about apps that nobody registered, as hostile pages and programs send them: by the form of admins and by REST. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { signedInAdmin, signedInAs } from '../support/admin.ts';
import type { Person } from '../support/person.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { addAgent } from '../support/unregistered.ts';
import { addAdmin, adminToken } from '../web/admin-api/support.ts';
import { itAnswers, type Row, tooLargePage } from './table.ts';
import type { Answer, Sent } from './wire.ts';

let server: TestServer;
let admin: Person;
let plain: Person;
let agent: string;
let tokens: Record<'all' | 'reader', string>;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
  plain = await signedInAs(server, server.person.email);
  agent = await addAgent(server.db);
  await addAdmin(server, 'admin');
  await addAdmin(server, 'reader', 'clients:read');
  tokens = { all: await adminToken(server, 'admin'), reader: await adminToken(server, 'reader', 'clients:read') };
});
afterAll(() => server.stop());

const path = '/admin/unregistered/rule';
const unreadable = { status: 400, text: /can’t be read/ };
const forbidden = { status: 403, text: /This form was not accepted/ };

async function from(person: Person, request: Sent): Promise<Sent> {
  const cookie = await person.jar.getCookieString(new URL(request.path, server.issuer).href);
  return { ...request, headers: { Accept: 'text/html', Cookie: cookie, ...request.headers } };
}

type Fields = Record<string, string | string[]>;

/** A complete form, with what differs; undefined leaves a field out. */
const form =
  (change: Record<string, string | string[] | undefined>, headers: Sent['headers'] = {}): (() => Promise<Sent>) =>
  async () => {
    const csrf = /name="csrf" value="([^"]*)"/.exec((await admin.visit('/admin')).text)?.[1] as string;
    const good = { csrf, kind: 'client', value: agent, policy: 'block', reason: 'Fraud', as_of: 'none' };
    const body = Object.fromEntries(Object.entries({ ...good, ...change }).filter(([, value]) => value !== undefined));
    return from(admin, { path, body: body as Fields, ...(headers && { headers }) });
  };

const overtaken = { status: 409, text: /Another admin removed the rule meanwhile/ };

describe('The form for a rule', () => {
  itAnswers(
    () => server,
    [
      { name: 'without its anti-forgery value', send: form({ csrf: undefined }), ...forbidden },
      { name: 'with that value twice', send: form({ csrf: ['a', 'b'] }), ...forbidden },
      { name: 'of another kind', send: form({ kind: 'network' }), ...unreadable },
      { name: 'of no kind', send: form({ kind: undefined }), ...unreadable },
      { name: 'for a client that does not exist', send: form({ value: 'nobody' }), status: 404 },
      { name: 'for a client that somebody registered', send: form({ value: 'spa' }), ...unreadable },
      { name: 'for no client', send: form({ value: '' }), status: 404 },
      { name: 'for a URL that names no document', send: form({ value: 'https://a.example/?x' }), ...unreadable },
      { name: 'for a URL with a password', send: form({ value: 'https://a:b@c.example/d' }), ...unreadable },
      { name: 'for a host with a path', send: form({ kind: 'host', value: 'a.example/b' }), ...unreadable },
      { name: 'for a host of markup', send: form({ kind: 'host', value: '<script>' }), ...unreadable },
      { name: 'for a host of 4 KB', send: form({ kind: 'host', value: 'a.'.repeat(2_048) }), ...unreadable },
      { name: 'for a host with NUL', send: form({ kind: 'host', value: 'a.example\0' }), ...unreadable },
      { name: 'for every host', send: form({ kind: 'host', value: '*' }), ...unreadable },
      { name: 'with an unknown policy', send: form({ policy: 'default' }), status: 422, text: /Choose one of these\./ },
      { name: 'without a policy', send: form({ policy: undefined }), status: 422, text: /Choose one of these\./ },
      { name: 'without a reason', send: form({ reason: ' ' }), status: 422, text: /what others will read/ },
      { name: 'with a reason of 5 KB', send: form({ reason: 'a'.repeat(5_000) }), status: 422, text: /at most/ },
      { name: 'with a reason of control characters', send: form({ reason: 'a\u001b[2Jb' }), status: 422 },
      { name: 'with a version of nothing', send: form({ as_of: undefined }), ...overtaken },
      { name: 'with a version that is no moment', send: form({ as_of: 'yesterday' }), ...overtaken },
      { name: 'with a version that never was', send: form({ as_of: '2026-01-01T00:00:00.000Z' }), ...overtaken },
      { name: 'of 57 KB', send: form({ reason: 'a'.repeat(57 * 1024) }), ...tooLargePage },
      { name: 'as JSON', send: form({}, { 'Content-Type': 'application/json' }), ...unreadable },
      {
        name: 'of somebody who is no admin',
        send: async () => from(plain, { ...(await form({})()), headers: {} }),
        status: 404,
        text: /There is nothing here/,
      },
    ],
  );
});

describe('The page for a rule', () => {
  const page = (query: string) => () => from(admin, { path: `${path}${query}` });
  itAnswers(
    () => server,
    [
      { name: 'without a subject', send: page(''), ...unreadable },
      { name: 'of an unknown kind', send: page('?kind=x&value=y'), ...unreadable },
      { name: 'with its kind twice', send: page('?kind=host&kind=client&value=a.example'), ...unreadable },
      { name: 'of a host that can’t be one', send: page('?kind=host&value=a/b'), status: 303 },
      { name: 'of a host in bytes that are no UTF-8', send: page('?kind=host&value=%ff%fe'), status: 303 },
      { name: 'of a client that does not exist', send: page('?kind=client&value=%3Cscript%3E'), status: 404 },
    ],
  );
});

/** The error of the envelope, by its code and the field that it names. */
const says =
  (code: string, field?: string): Row['also'] =>
  ({ text }: Answer) => {
    const { error, success } = JSON.parse(text);
    expect([success, error.code]).toEqual([false, code]);
    if (field) expect(Object.keys(error.details)).toEqual([field]);
  };

describe('POST /admin/v1/third-party/rules', () => {
  const headers = (token: string) => ({ 'Content-Type': 'application/json', Authorization: `Bearer ${token}` });
  const rest =
    (body: object | string, token: 'all' | 'reader' = 'all'): (() => Sent) =>
    () => ({
      path: '/admin/v1/third-party/rules',
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: {
        ...headers(tokens[token]),
        'Content-Length': String(Buffer.byteLength(typeof body === 'string' ? body : JSON.stringify(body))),
      },
    });
  const bad = (name: string, body: object | string, field?: string) => ({
    ...{ name, send: rest(body), status: 400, error: expect.anything() as unknown as string },
    also: says('VALIDATION_ERROR', field),
  });
  const good = { host: 'agent.example', policy: 'block', reason: 'Fraud' };
  const failure = { error: expect.anything() as unknown as string };
  itAnswers(
    () => server,
    [
      bad('with neither client nor host', { policy: 'ask' }, 'body'),
      bad('with both', { ...good, client_id: 'agent-1' }, 'body'),
      bad('with an unknown policy', { ...good, policy: 'maybe' }, 'policy'),
      bad('with a policy of null', { ...good, policy: null }, 'policy'),
      bad('that blocks without a reason', { ...good, reason: undefined }, 'reason'),
      bad('that blocks for a reason of blanks', { ...good, reason: ' \t' }, 'reason'),
      bad('with a reason of 5 KB', { ...good, reason: 'a'.repeat(5_000) }, 'reason'),
      bad('with an unknown field', { ...good, decided_by: 'system' }, 'decided_by'),
      bad('with a host that has a path', { ...good, host: 'a.example/b' }, 'host'),
      bad('with a host of NUL', { ...good, host: 'a\0b' }),
      bad('with a host of a number', { ...good, host: 7 }, 'host'),
      bad('with every host', { ...good, host: '*.example' }, 'host'),
      bad('for a client that somebody registered', { policy: 'ask', client_id: 'spa' }, 'client_id'),
      bad('that is no JSON', '{"host":'),
      bad('that is a list', '[]'),
      {
        ...{ name: 'for a client that does not exist', send: rest({ policy: 'ask', client_id: 'nobody' }) },
        ...{ status: 404, ...failure, also: says('NOT_FOUND') },
      },
      {
        ...{ name: 'by a client that may only read', send: rest(good, 'reader') },
        ...{ status: 403, ...failure, also: says('FORBIDDEN') },
      },
    ],
  );
});
