/** What an app did is shown to whoever builds it, and to admins: on their pages, by the admin API and on the command line. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countUsage } from '../../../src/operations/app-usage.ts';
import { createClient } from '../../../src/operations/clients.ts';
import { vcauthIn } from '../../cli/vcauth.ts';
import { signedInAdmin, signedInAs } from '../../support/admin.ts';
import type { Person } from '../../support/person.ts';
import { addPerson, redirectUri, startTestServer, type TestServer, testSecret } from '../../support/server.ts';
import { addAdmin, adminToken, call } from '../admin-api/support.ts';

let server: TestServer;
let owner: Person;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer();
  const account = await addPerson(server.db, 'builder@example.com');
  owner = await signedInAs(server, account.email);
  admin = await signedInAdmin(server);
  const app = {
    client_id: 'built',
    client_name: 'Built',
    type: 'spa' as const,
    redirect_uris: [redirectUri],
    client_uri: 'https://built.example',
  };
  await createClient(server.db, { ...app, owner_email: account.email } as never, { id: 'test' });
  const day = new Date().toISOString().slice(0, 10);
  const counts = { read: 41, changed: 5, generated: 3, other: 0, refused: 2, routes: {}, projects: ['secret-project'] };
  const entries = [server.person.id, account.id].map((sub) => {
    return {
      sub,
      client_id: 'built',
      gid: `g-${sub}`,
      day,
      ...counts,
      last_at: Date.now() / 1000,
      last_address: '203.0.113.5',
    };
  });
  await countUsage(server.db, 'gateway', { id: crypto.randomUUID(), entries });
});
afterAll(() => server.stop());

const shown = [/<dt>Read<\/dt><dd>82/, /<dt>Changed<\/dt><dd>10/, /<dt>Used AI<\/dt><dd>6/, /<dt>Refused<\/dt><dd>4/];

describe('calls of an app', () => {
  it('are shown to its owner, as sums that name nobody', async () => {
    const { text } = await owner.visit('/account/your-apps/built');
    for (const figure of shown) expect(text).toMatch(figure);
    for (const secret of ['secret-project', '203.0.113.5', server.person.id]) expect(text).not.toContain(secret);
  });

  it('are shown to admins', async () => {
    const { text } = await admin.visit('/admin/client/built/insight');
    // Nobody has asked for a token of this app, and yet it has calls.
    for (const figure of shown) expect(text).toMatch(figure);
  });

  it('are in the admin API', async () => {
    await addAdmin(server, 'robot', 'clients:read');
    const token = await adminToken(server, 'robot', 'clients:read');
    const { status, body } = await call(server, '/clients/built/insight', { token });
    expect([status, body.data.calls]).toEqual([
      200,
      [{ day: expect.any(String), read: 82, changed: 10, generated: 6, other: 0, refused: 4, people: 2 }],
    ]);
  });

  it('are on the command line', async () => {
    const vcauth = vcauthIn({ DATABASE_URL: server.databaseUrl, SECRETS: testSecret });
    expect((await vcauth(['clients', 'insight', 'built'])).stdout).toMatch(/^calls: read +82$/m);
    expect(await vcauth.json(['clients', 'insight', 'built'])).toMatchObject({ calls: [{ refused: 4, people: 2 }] });
  });
});
