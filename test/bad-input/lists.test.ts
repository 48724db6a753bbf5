/**
 * Every parameter of every list accepts any value without a failure of ours. The lists of the admin API come from its
 * table of operations, those of the pages from following every link, those of the command line from its table of
 * commands.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { isCommand } from '../../src/cli/command.ts';
import { groups } from '../../src/cli/groups.ts';
import { openInstallation } from '../../src/cli/installation.ts';
import { createOutput } from '../../src/cli/output.ts';
import { parseCommand } from '../../src/cli/parse.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { AppError } from '../../src/errors.ts';
import { createClient } from '../../src/operations/clients.ts';
import { operations } from '../../src/web/admin-api/table.ts';
import { signedInAdmin } from '../support/admin.ts';
import { basic } from '../support/oauth.ts';
import type { Person } from '../support/person.ts';
import { addPerson, secrets, startTestServer, type TestServer } from '../support/server.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

const place = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

/** Values as they appear in an address, already escaped. */
const hostile: Readonly<Record<string, string>> = {
  'a word longer than any that is indexed': 'x'.repeat(2_047),
  'the same in bytes alone': encodeURIComponent('ä'.repeat(1_024)),
  'thousands of words': 'a%20'.repeat(2_500),
  'the operators of a search': encodeURIComponent(`' & | ! <-> :* \\ (( "`),
  'letters that grow in lower case': encodeURIComponent('İ'.repeat(50)),
  'half a surrogate pair': '%ED%A0%80',
  'bytes that are no UTF-8': '%ff%fe',
  'a broken escape': '%zz',
  NUL: 'a%00b',
  nothing: '',
  'a negative number': '-1',
  zero: '0',
  'a number beyond 32 bits': '4294967296',
  'a number beyond 64 bits': '99999999999999999999',
  'a number with an exponent': '1e308',
  'no number': 'NaN',
  'a day that no month has': '2026-02-30',
  'a moment before the year one': '0000-01-01T00:00:00Z',
  'a moment beyond what is stored': '%2B294277-01-01T00:00:00Z',
  'a cursor at a day that no month has': place('2026-02-30 00:00:00+00', 'a'),
  'a cursor in the year zero': place('0000-01-01 00:00:00+00', 'a'),
  'a cursor in no time zone': place('2026-01-01 00:00:00+99', 'a'),
  'a cursor at the end of time': place('infinity', 'a'),
  'a cursor at a huge number': place('9'.repeat(18), 'a'),
  'a cursor at a number': place(1, 2),
  'a cursor at half a surrogate pair': Buffer.from('["\\ud800","\\udfff"]').toString('base64url'),
  'a cursor at NUL': place('a\0', 'b'),
  'a long cursor': place('x'.repeat(6_000), 'y'),
  'a cursor that is none': place({ a: 1 }, ['b']),
};

/** Values that are not text, or that the database can’t store as text. */
const malformed = ['half a surrogate pair', 'bytes that are no UTF-8', 'a broken escape', 'NUL'];

let server: TestServer;
let admin: Person;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
  await addAdmin(server, 'admin');
  token = await adminToken(server, 'admin');
  const actor = { id: 'test' };
  // More than fit on one page, so that there are links to the next.
  for (let i = 0; i < 30; i += 1) {
    await addPerson(server.db, `person-${i}@example.com`);
    await createClient(server.db, { client_name: `App ${i}`, type: 'service' }, actor);
  }
  await call(server, '/clients/spa/webhook', { method: 'POST', token, body: { url: 'https://hooks.example/' } });
  await server.db.pgPool.query(`INSERT INTO webhook_deliveries (id, client_id, type, body, status)
    SELECT 'msg_' || n, 'spa', 'webhook.test', '{}', 'failed' FROM generate_series(1, 30) n`);
  await server.db.pgPool.query(`INSERT INTO failed_requests (client_id, at, request_id, endpoint, error, parameters)
    SELECT 'spa', now(), 'req_' || n, 'token', 'invalid_grant', '{}' FROM generate_series(1, 30) n`);
});
afterAll(() => server.stop());

describe('admin API', () => {
  const lists = operations.filter(({ list, method }) => list && method === 'GET');

  it.each(lists.map((one) => [one.id, one] as const))('%s', async (_id, { path, query }) => {
    const at = path.replace('{client_id}', 'spa').replace('{account_id}', server.person.id);
    expect(at).not.toContain('{');
    const wrong: unknown[] = [];
    for (const name of Object.keys(query.shape)) {
      for (const [what, value] of Object.entries(hostile)) {
        const response = await fetch(`${server.issuer}/admin/v1${at}?${name}=${value}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        const body = (await response.json()) as { error?: { code: string } };
        const fine = response.status === 200 || (response.status === 400 && body.error?.code === 'VALIDATION_ERROR');
        if (!fine) wrong.push([name, what, response.status]);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has lists with parameters', () => {
    expect(lists.length).toBeGreaterThan(8);
    expect(lists.flatMap(({ query }) => Object.keys(query.shape)).length).toBeGreaterThan(25);
  });
});

describe('pages', () => {
  /** Every name that the admin pages read from an address. */
  const names = readdirSync('src/web/admin', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((file) =>
      [
        ...readFileSync(`src/web/admin/${file}`, 'utf8').matchAll(/\b(?:queried|chosen|seq|read)\((?:ctx, )?'(\w+)'/g),
      ].map(([, name]) => name as string),
    );

  it('every list that a link leads to answers every parameter that any admin page reads', async () => {
    const paths = await crawl(['/admin/clients', '/admin/client/spa/webhooks', '/admin/client/spa/errors']);
    expect(paths).toEqual(
      expect.arrayContaining(['/admin/accounts', '/admin/audit', '/admin/clients', '/admin/errors']),
    );
    const parameters = new Set([...names, 'actor', 'action', 'target', 'request', 'from', 'until']);
    expect([...parameters]).toEqual(expect.arrayContaining(['q', 'after', 'before', 'sort', 'dir', 'page', 'status']));
    const wrong: unknown[] = [];
    const read = new Set<string>();
    for (const path of paths) {
      const unasked = await textOf(path);
      for (const name of parameters) {
        // A page reads few of the names, and ignores unknown words where it knows all. One whose answer stays the same with these
        // two values could fail only before it reads the name.
        const asked = await Promise.all([textOf(`${path}?${name}=zz`), textOf(`${path}?${name}=4294967296`)]);
        const reads = asked.some((text) => text !== unasked);
        if (reads) read.add(name);
        const isPlace = name === 'after' || name === 'before';
        const values = Object.entries(hostile).filter(([what]) =>
          reads ? isPlace || !what.includes('cursor') : malformed.includes(what),
        );
        for (const more of isPlace ? ['', '&sort=created'] : ['']) {
          const send = async ([what, value]: readonly [string, string]) => {
            const { status } = await admin.request(`${path}?${name}=${value}${more}`);
            if (status >= 500) wrong.push([path, name, what, status]);
          };
          // More at a time would be refused as an overload.
          for (let sent = 0; sent < values.length; sent += 10)
            await Promise.all(values.slice(sent, sent + 10).map(send));
        }
      }
    }
    expect(wrong).toEqual([]);
    expect([...read]).toEqual(expect.arrayContaining(['q', 'after', 'before', 'actor', 'request', 'from', 'until']));
    expect(server.logged()).not.toContain('unexpected error');
  });

  /**
   * Returns what a page says without what differs each time (its forms' anti-forgery values, the moment) and without the links to
   * other languages, which repeat the address.
   */
  async function textOf(path: string): Promise<string> {
    const { text } = await admin.visit(path);
    return text
      .replace(/name="csrf" value="[^"]*"/g, '')
      .replace(/\d\d:\d\d(:\d\d)?/g, '')
      .replace(/href="[^"]*ui_locales=[^"]*"/g, '');
  }

  /** Whether a page can be searched, filtered, sorted or paged by its address. Every page has the languages in its foot. */
  const listing = /<form[^>]*method="get"|href="[^"]*\?(?!ui_locales=)/;

  /** Follows every link from these pages and returns the lists among them, one of each form. */
  async function crawl(begin: readonly string[]): Promise<string[]> {
    const [found, lists] = [new Set<string>(), [] as string[]];
    const open = [...begin];
    for (let path = open.shift(); path !== undefined; path = open.shift()) {
      // One client, one account and one delivery stand for all.
      const kind = path.replace(/(?<=\/(?:client|account|deliveries|webhooks)\/)[^/]+/g, '*');
      if (found.has(kind)) continue;
      const page = await admin.visit(path);
      if (!page.headers.get('content-type')?.startsWith('text/html')) continue;
      if (listing.test(page.text)) lists.push(path);
      found.add(kind);
      for (const [, link = ''] of page.text.matchAll(/(?:href|action)="(\/admin[^"?#]*)/g)) open.push(link);
    }
    return lists;
  }
});

describe('command line', () => {
  const dangerous = Object.entries(hostile)
    .filter(([what]) => !malformed.includes(what))
    .map(([what, value]) => [what, decodeURIComponent(value)] as const);

  it('every command that lists answers every option that takes a value', async () => {
    const [here, out] = [
      openInstallation(
        { DATABASE_URL: server.databaseUrl, SECRETS: 'a test secret that is long enough to be one' },
        () => {},
      ),
      createOutput({
        json: true,
        stdout: {
          write: () => {},
          guard: () => expect.unreachable('a list shows no secret'),
          insist: (work) => work(),
        },
        stderr: () => {},
      }),
    ];
    const nobody = () => expect.unreachable('a list asks nothing');
    const terminal = { isRead: false, readPassword: nobody, confirmByTyping: nobody, async *readText() {} };
    const wrong: unknown[] = [];
    let tried = 0;
    for (const [name, command] of await commandsThatList()) {
      for (const [option, { type, choices }] of Object.entries(command.options)) {
        if (choices || !['text', 'count'].includes(type)) continue;
        for (const [what, value] of [
          ...dangerous,
          ['far beyond every calendar', '+275760-09-13'],
          ['before it', '-271821-04-20'],
        ]) {
          tried += 1;
          const words = [...(command.argument && !command.argument.optional ? ['spa'] : []), `--${option}=${value}`];
          try {
            const { argument, values } = parseCommand(command, words);
            await command.run({ argument, options: values as never, out, here, terminal });
          } catch (error) {
            if (!(error instanceof UsageError || error instanceof AppError))
              wrong.push([name, option, what, String(error).slice(0, 60)]);
          }
        }
      }
    }
    await here.close();
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(200);
  });

  /** The commands that read and change nothing, and webhook replay, which takes a time. */
  async function commandsThatList(): Promise<[string, Command][]> {
    const found: [string, Command][] = [];
    for (const [name, { load }] of Object.entries(groups)) {
      const group = await load();
      if (isCommand(group)) continue;
      for (const [verb, command] of Object.entries(group as Record<string, Command>)) {
        if (/^(list|export|deliveries|errors|sessions|secrets|replay)$/.test(verb))
          found.push([`${name} ${verb}`, command]);
      }
    }
    return found;
  }
});

describe('the revocation feed', () => {
  it.each(['cursor', 'wait'])('%s', async (name) => {
    for (const [what, value] of Object.entries(hostile)) {
      const response = await fetch(`${server.issuer}/oauth/revocations?${name}=${value}`, {
        headers: { authorization: basic('gateway', secrets.gateway as string), accept: 'application/json' },
      });
      await response.text();
      expect([what, response.status < 500]).toEqual([what, true]);
    }
  });
});
