/** A field of a client is described once: everything that reads or writes clients supports each field of the schema. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyClient } from '../../src/operations/client-review.ts';
import { createClient, updateClient } from '../../src/operations/clients.ts';
import { clientFields, fieldNames } from '../../src/policy/client/schema.ts';
import { vcauthIn } from '../cli/vcauth.ts';
import { signedInAdmin, signedInAs } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import { authorizeUrl } from '../support/oauth.ts';
import { newPerson, type Person, signIn } from '../support/person.ts';
import { redirectUri, startTestServer, type TestServer } from '../support/server.ts';
import { testSecret } from '../support/standard.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

let server: TestServer;
let token: string;
let admin: Person;
let owner: Person;
beforeAll(async () => {
  server = await startTestServer();
  await addAdmin(server, 'robot');
  token = await adminToken(server, 'robot');
  admin = await signedInAdmin(server);
  owner = await signedInAs(server, server.person.email);
  await createClient(server.db, { ...app, client_id: 'notes' } as never, by);
});
afterAll(() => server.stop());

const by = { id: 'test' };
const app = { client_name: 'Notes', type: 'web', redirect_uris: [redirectUri], scope: 'projects:read' };
const support = 'https://app.example/support';
const vcauth = () => vcauthIn({ DATABASE_URL: server.databaseUrl, SECRETS: testSecret });
const described = fieldNames.map((name) => ({ name, ...clientFields[name] }));

describe('each field of the schema', () => {
  it.each(described)('$name is read and written by the admin API, as documented', async ({ name, doc }) => {
    const { body } = await call(server, '/openapi.json', {});
    const sent = body.paths['/clients'].post.requestBody.content['application/json'].schema.properties[name];
    expect(sent).toBeDefined();
    expect(sent.description).toBe(doc);
    expect(body.components.schemas.Client.properties[name]).toBeDefined();
    expect((await call(server, '/clients/notes', { token })).body.data).toHaveProperty(name);
  });

  it.each(described.filter(({ flag }) => flag))('$name has an option at the terminal', async ({ flag }) => {
    const { stdout } = await vcauth()(['clients', 'create', '--help']);
    expect(stdout).toContain(`--${flag?.name}`);
    expect(stdout.replace(/\s+/g, ' ')).toContain(flag?.doc);
    for (const negation of flag?.negation ? [flag.negation] : []) {
      expect((await vcauth()(['clients', 'update', '--help'])).stdout).toContain(`--${negation.name}`);
    }
  });

  it.each(described.filter(({ control }) => control))(
    '$name has its control on the form of a new client',
    async (field) => {
      const { text } = await admin.visit('/admin/clients/new');
      expect(text).toMatch(new RegExp(`<label for="${field.name}">(\\d\\. )?${field.label}</label>`));
      expect(text).toMatch(new RegExp(`<(input|textarea|select)[^>]* name="${field.name}"`));
    },
  );

  it.each(described.filter(({ setBy }) => setBy === 'owner'))(
    '$name has its control on its owner’s form',
    async (field) => {
      await updateClient(server.db, 'notes', { owner_email: server.person.email }, by);
      const { text } = await owner.visit('/account/your-apps/notes/edit');
      expect(text).toContain(`<label for="${field.name}">${field.label}</label>`);
    },
  );
});

describe('an address where people find help', () => {
  it('can be set in every way, and is compared, recorded and shown under one name', async () => {
    const changed = await call(server, '/clients/notes', { token, method: 'PATCH', body: { support_uri: support } });
    expect(changed.body.data.support_uri).toBe(support);
    expect(await vcauth().json(['clients', 'show', 'notes'])).toMatchObject({ support_uri: support });
    expect((await vcauth()(['clients', 'show', 'notes'])).stdout).toMatch(
      /Help for its users +https:\/\/app\.example\/support/,
    );
    expect((await admin.visit('/admin/client/notes')).text).toMatch(/<dt>Help for its users<\/dt><dd>.*app\.example/);
    const form = await admin.visit('/admin/client/notes/edit');
    const typed = { client_name: 'Notes', redirect_uris: redirectUri, 'scope:projects:read': 'required' };
    const compared = await admin.submit(form, '/edit', { ...typed, support_uri: `${support}-2` });
    expect(compared.text).toMatch(/<th scope="row">Help for its users<\/th>/);
    await vcauth().json(['clients', 'update', 'notes', '--support', '']);
    expect((await call(server, '/clients/notes', { token })).body.data.support_uri).toBeNull();
  });

  it.each([
    ['ftp://app.example', 'begin with https'],
    ['http://app.example', 'begin with https'],
    ['javascript:alert(1)', 'begin with https'],
    ['javascript://app.example/%0aalert(1)', 'begin with https'],
    ['data:text/html,help', 'begin with https'],
    ['nothing', 'not an absolute URL'],
    ['https://app.example/a b', 'not an absolute URL'],
    ['https://app.example/"onclick', 'not an absolute URL'],
    ['https:app.example', 'a whole address'],
    ['https://user:pw@app.example', 'user name'],
    ['https://user@app.example', 'user name'],
    [`https://app.example/${'x'.repeat(1981)}`, 'at most 2000 characters'],
  ])('is refused at every door as %.40s', async (wrong, why) => {
    const patch = { token, method: 'PATCH', body: { support_uri: wrong } };
    const { status, body } = await call(server, '/clients/notes', patch);
    expect([status, body.error.details]).toEqual([400, { support_uri: expect.stringContaining(why) }]);
    const form = await admin.visit('/admin/client/notes/edit');
    const typed = { client_name: 'Notes', redirect_uris: redirectUri, 'scope:projects:read': 'required' };
    const again = await admin.submit(form, '/edit', { ...typed, support_uri: wrong });
    expect([again.status, again.text]).toEqual([
      422,
      expect.stringMatching(new RegExp(`id="support_uri-problem" role="alert">[^<]*${why}`)),
    ]);
    const { code, stderr } = await vcauth()(['clients', 'update', 'notes', '--support', wrong]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(why)]);
  });

  it('is a link on the consent page only once the app is verified', async () => {
    await createClient(server.db, { ...app, client_id: 'helped', type: 'spa', support_uri: support } as never, by);
    const asked = async () => {
      const person = newPerson(server.issuer);
      const url = authorizeUrl(server, { client_id: 'helped' });
      return (await signIn(person, await person.visit(url), server.person.email)).text;
    };
    expect(await asked()).not.toContain(support);
    await verifyClient(server.db, 'helped', by, 'Tried');
    // The server hears of the change a moment later.
    await eventually(asked).toMatch(
      /<dt>Where to find help<\/dt><dd><a href="https:\/\/app\.example\/support"[^>]*>Help</,
    );
    await updateClient(server.db, 'helped', { support_uri: null }, by);
    const reopened = await call(server, '/clients/helped', { token });
    expect(reopened.body.data).toMatchObject({ state: 'in_review', verification: { changed: ['support_uri'] } });
  });
});

describe('the leeway of refresh tokens', () => {
  const patch = (value: unknown) =>
    call(server, '/clients/notes', { token, method: 'PATCH', body: { refresh_token_leeway: value } });
  const typed = { client_name: 'Notes', redirect_uris: redirectUri, 'scope:projects:read': 'required' };

  it('comes through every door, is compared and shown, and can be taken back', async () => {
    expect((await call(server, '/clients/notes', { token })).body.data.refresh_token_leeway).toBeNull();
    expect((await patch(0)).body.data.refresh_token_leeway).toBe(0);
    expect((await vcauth()(['clients', 'show', 'notes'])).stdout).toMatch(/Refresh token leeway in seconds +0\n/);
    expect((await admin.visit('/admin/client/notes')).text).toMatch(/<dt>Refresh token leeway in seconds<\/dt><dd>.*0/);
    await vcauth().json(['clients', 'update', 'notes', '--refresh-token-leeway', '600']);
    expect(await vcauth().json(['clients', 'show', 'notes'])).toMatchObject({ refresh_token_leeway: 600 });
    const form = await admin.visit('/admin/client/notes/edit');
    expect(form.text).toMatch(/<input[^>]* name="refresh_token_leeway"[^>]* type="number"[^>]* value="600"/);
    const compared = await admin.submit(form, '/edit', { ...typed, refresh_token_leeway: '3600' });
    expect(compared.text).toMatch(/<th scope="row">Refresh token leeway in seconds<\/th>/);
    await admin.submit(form, '/edit', { ...typed, refresh_token_leeway: '3600', step: 'save' });
    expect((await call(server, '/clients/notes', { token })).body.data.refresh_token_leeway).toBe(3600);
    await vcauth().json(['clients', 'update', 'notes', '--no-refresh-token-leeway']);
    expect((await call(server, '/clients/notes', { token })).body.data.refresh_token_leeway).toBeNull();
  });

  it.each([-1, 3601, 2 ** 53, 1e300, 1.5, '', '10', 'ten', true, [10]])('is refused as %j', async (wrong) => {
    const { status, body } = await patch(wrong);
    expect([status, Object.keys(body.error.details)]).toEqual([400, ['refresh_token_leeway']]);
  });

  it.each(['-1', '3601', '1.5', 'ten', '10 s', '9e3', '1e-1', '99999999999999999999', '-99999999999999999999'])(
    'is refused in the form as %s, which keeps what was typed, says what is expected, and keeps its hint',
    async (wrong) => {
      const form = await admin.visit('/admin/client/notes/edit');
      const again = await admin.submit(form, '/edit', { ...typed, refresh_token_leeway: wrong });
      expect(again.status).toBe(422);
      expect(again.text).toContain(`value="${wrong}"`);
      const why = 'Refresh token leeway in seconds must be a whole number from 0 to 3600.';
      expect(again.text).toContain(`id="refresh_token_leeway-problem" role="alert">${why}<`);
      expect(again.text).toContain('aria-describedby="refresh_token_leeway-problem refresh_token_leeway-hint"');
      expect(again.text).toContain('id="refresh_token_leeway-hint">0 to 3600.');
    },
  );

  it.each(['1e3', '1E+3', '1000.0', '.1e4'])('may be typed as %s, which browsers take for a number', async (number) => {
    const form = await admin.visit('/admin/client/notes/edit');
    const compared = await admin.submit(form, '/edit', { ...typed, refresh_token_leeway: number });
    expect(compared.text).toMatch(/Refresh token leeway in seconds<\/th>.*1000/);
  });

  it.each([
    ['ten', 2, '--refresh-token-leeway must be a whole number'],
    ['1.5', 2, '--refresh-token-leeway must be a whole number'],
    ['99999999999', 2, '--refresh-token-leeway must be a whole number'],
    ['', 2, '--refresh-token-leeway must be a whole number'],
    ['3601', 1, 'must be a whole number from 0 to 3600'],
  ])('is refused at the terminal as “%s”', async (wrong, exit, why) => {
    const { code, stderr } = await vcauth()(['clients', 'update', 'notes', `--refresh-token-leeway=${wrong}`]);
    expect([code, stderr]).toEqual([exit, expect.stringContaining(why)]);
  });
});

describe('the workloads that a service trusts', () => {
  const one = { issuer: 'https://token.actions.githubusercontent.com', subject: 'repo:example/notes:environment:prod' };
  const two = { ...one, subject: 'repo:example/notes:ref:refs/heads/*', audience: 'https://auth.example' };
  const method = ['--auth-method', 'workload_identity'];
  const inForm = {
    client_name: 'Deploy',
    token_endpoint_auth_method: 'workload_identity',
    assertion_audience: 'issuer',
    'scope:projects:read': 'required',
  };

  it('come through every door, are compared and shown', async () => {
    const words = ['clients', 'create', '--name', 'Deploy', '--client-id', 'deploy', '--type', 'service'];
    const scope = ['--scope', 'projects:read'];
    const made = await vcauth().json([...words, ...scope, ...method, '--workload-identity', JSON.stringify(one)]);
    expect(made).toMatchObject({ token_endpoint_auth_method: 'workload_identity', workload_identities: [one] });
    expect(made).not.toHaveProperty('client_secret');
    expect((await vcauth()(['clients', 'show', 'deploy'])).stdout).toContain(JSON.stringify(one));
    const body = { workload_identities: [one, two] };
    const changed = await call(server, '/clients/deploy', { token, method: 'PATCH', body });
    expect(changed.body.data.workload_identities).toEqual([one, two]);
    expect((await admin.visit('/admin/client/deploy')).text).toContain('by a token of the platform it runs on');
    const form = await admin.visit('/admin/client/deploy/edit');
    expect(form.text).toMatch(/<textarea[^>]* name="workload_identities"[^>]*>\s*\[\s*\{\s*&quot;issuer&quot;/);
    const typed = { ...inForm, workload_identities: JSON.stringify([two]) };
    const compared = await admin.submit(form, '/edit', typed);
    expect(compared.text.replaceAll('<wbr>', '')).toContain('repo:example/notes:environment:prod');
    await admin.submit(form, '/edit', { ...typed, step: 'save' });
    expect((await call(server, '/clients/deploy', { token })).body.data.workload_identities).toEqual([two]);
  });

  it('are refused at each door with what is wrong', async () => {
    const wide = { ...one, subject: 'repo:*' };
    const body = { workload_identities: [wide] };
    const refused = await call(server, '/clients/deploy', { token, method: 'PATCH', body });
    expect([refused.status, refused.body.error.details.workload_identities]).toEqual([
      400,
      expect.stringContaining('strangers have such subjects too'),
    ]);
    const atTerminal = (value: string) => vcauth()(['clients', 'update', 'deploy', '--workload-identity', value]);
    expect((await atTerminal(JSON.stringify(wide))).stderr).toContain('strangers have such subjects too');
    expect(await atTerminal('repo:example/notes:*')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--workload-identity must be a JSON object with issuer and subject'),
    });
    const form = await admin.visit('/admin/client/deploy/edit');
    const again = await admin.submit(form, '/edit', { ...inForm, workload_identities: '[{"issuer"' });
    expect(again.text).toContain('id="workload_identities-problem"');
    expect((await call(server, '/clients/deploy', { token })).body.data.workload_identities).toEqual([two]);
  });
});
