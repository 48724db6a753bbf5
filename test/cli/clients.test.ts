/** vcauth clients, on a database of its own. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { picture } from '../support/pictures.ts';
import { password, startCli } from './support.ts';

let cli: Awaited<ReturnType<typeof startCli>>;
beforeAll(async () => {
  cli = await startCli();
});
afterAll(() => cli.own.drop());

const callback = 'https://notes.example/callback';
const secretForm = /^vcs_cs_/;

/** The digests of the secrets that work now. */
async function livingSecrets(clientId: string): Promise<string[]> {
  const { rows } = await cli.own.database.pgPool.query(
    "SELECT encode(secret_hash, 'hex') AS digest FROM client_secrets WHERE client_id = $1 AND (expires_at IS NULL OR expires_at > now()) ORDER BY id",
    [clientId],
  );
  return rows.map(({ digest }) => digest);
}

function digest(secret: unknown): string {
  return createHash('sha256').update(String(secret)).digest('hex');
}

async function add(id: string, ...words: string[]): Promise<Record<string, unknown>> {
  return cli.vcauth.json(['clients', 'create', '--client-id', id, '--name', id, ...words]);
}

test('an empty list says how to create one', async () => {
  const { code, stdout, stderr } = await cli.vcauth(['clients', 'list']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toContain('No clients yet. Create one: vcauth clients create');
});

describe('create', () => {
  test('identity scopes are within every ceiling: they are accepted beside others, and left out', async () => {
    const words = ['--redirect-uri', callback, '--scope', 'openid profile email offline_access projects:read'];
    expect(await add('identity', ...words)).toMatchObject({ scope: 'projects:read' });
    const changed = await cli.vcauth.json(['clients', 'update', 'identity', '--scope', 'openid analytics:read']);
    expect(changed).toMatchObject({ scope: 'analytics:read' });
    expect((await cli.vcauth(['clients', 'delete', 'identity', '--yes', '--reason', 'Tried'])).code).toBe(0);
  });

  test('a device that asks in no other way needs no redirect URI', async () => {
    const device = 'urn:ietf:params:oauth:grant-type:device_code';
    const grants = ['--grant-type', device, '--grant-type', 'refresh_token'];
    const made = await add('terminal', '--type', 'native', ...grants);
    expect(made).toMatchObject({ grant_types: [device, 'refresh_token'], redirect_uris: [] });
    const refused = await cli.vcauth(['clients', 'update', 'terminal', '--grant-type', 'authorization_code']);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('redirect_uris must have at least one'),
    ]);
    expect((await cli.vcauth(['clients', 'delete', 'terminal', '--yes', '--reason', 'Tried'])).code).toBe(0);
  });

  test('every flag sets the field that RFC 7591 names', async () => {
    const flags: Record<string, string> = {
      '--redirect-uri': callback,
      '--post-logout-redirect-uri': 'https://notes.example/bye',
      '--scope': 'projects:read analytics:read',
      '--default-scope': 'projects:read',
      '--optional-scope': 'analytics:read',
      '--auth-method': 'private_key_jwt',
      '--jwks-uri': 'https://notes.example/jwks',
      '--description': 'Keeps notes.',
      '--owner': 'Notes Ltd',
      '--homepage': 'https://notes.example',
      '--privacy': 'https://notes.example/privacy',
      '--terms': 'https://notes.example/terms',
      '--contact': 'help@notes.example',
      '--owner-email': 'Owner@Example.com',
    };
    await cli.vcauth(
      ['accounts', 'create', '--email', 'owner@example.com', '--name', 'Owner', '--password-stdin'],
      password,
    );
    const words = [
      ...Object.entries(flags).flat(),
      '--redirect-uri',
      `${callback}2`,
      '--first-party',
      '--verified',
      '--reason',
      'Looked',
    ];
    expect(await add('full', ...words)).toEqual(
      expect.objectContaining({
        client_id: 'full',
        client_name: 'full',
        type: 'web',
        status: 'active',
        redirect_uris: [callback, `${callback}2`],
        post_logout_redirect_uris: ['https://notes.example/bye'],
        scope: 'projects:read analytics:read',
        default_scope: 'projects:read',
        optional_scope: 'analytics:read',
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: 'https://notes.example/jwks',
        description: 'Keeps notes.',
        owner_name: 'Notes Ltd',
        policy_uri: 'https://notes.example/privacy',
        tos_uri: 'https://notes.example/terms',
        contacts: ['help@notes.example'],
        owner_email: 'owner@example.com',
        state: 'verified',
        first_party: true,
        gateway_resource: null,
        verified_at: expect.stringMatching(/^\d{4}-.*T.*Z$/),
        created_at: expect.stringMatching(/^\d{4}-.*T.*Z$/),
      }),
    );
  });

  test('a secret is shown once, with a sentence that says so', async () => {
    const { code, stdout, stderr } = await cli.vcauth([
      'clients',
      'create',
      '--name',
      'Web',
      '--redirect-uri',
      callback,
    ]);
    expect(code).toBe(0);
    const id = /^client_id +(\S+)$/m.exec(stdout)?.[1] as string;
    const secret = /^client_secret +(vcs_cs_\S+)$/m.exec(stdout)?.[1];
    expect(await livingSecrets(id)).toEqual([digest(secret)]);
    expect(stderr).toContain('shown this once');
    expect((await cli.vcauth(['clients', 'show', id])).stdout).not.toMatch(/vcs_cs_/);
    expect(await cli.vcauth.json(['clients', 'show', id])).not.toHaveProperty('client_secret');
  });

  test('a public client has no secret', async () => {
    expect(await add('spa', '--type', 'spa', '--redirect-uri', callback)).not.toHaveProperty('client_secret');
  });

  test.each([
    ['the API', ['--gateway'], 'https://api.vibecaas.com'],
    ['a resource', ['--gateway', 'https://other.example'], 'https://other.example'],
    ['a resource, with =', ['--gateway=https://third.example'], 'https://third.example'],
  ])('--gateway makes a gateway of %s', async (_what, words, resource) => {
    const made = await cli.vcauth.json(['clients', 'create', '--type', 'service', ...words, '--name', 'Gate']);
    expect(made).toMatchObject({ gateway_resource: resource, client_secret: expect.stringMatching(secretForm) });
  });

  test.each([
    ['no redirect URI', ['--name', 'X'], 'redirect_uris'],
    ['an unknown scope', ['--name', 'X', '--redirect-uri', callback, '--scope', 'everything'], 'scope'],
    ['an id that is taken', ['--name', 'X', '--redirect-uri', callback, '--client-id', 'spa'], 'spa'],
  ])('refuses %s', async (_what, words, says) => {
    const { code, stdout, stderr } = await cli.vcauth(['clients', 'create', ...words, '--json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('    at ');
  });
});

describe('update', () => {
  test('update changes what is named and leaves the rest', async () => {
    await add('changing', '--redirect-uri', callback, '--owner', 'Old Ltd', '--scope', 'projects:read');
    const words = [
      'clients',
      'update',
      'changing',
      '--name',
      'New',
      '--redirect-uri',
      `${callback}2`,
      '--owner',
      '',
      '--verified',
      '--reason',
      'Register checked',
    ];
    expect(await cli.vcauth.json(words)).toMatchObject({
      client_name: 'New',
      redirect_uris: [`${callback}2`],
      owner_name: null,
      scope: 'projects:read',
      verified_at: expect.any(String),
    });
    expect(await cli.vcauth.json(['clients', 'update', 'changing', '--unverified', '--reason', 'Sold'])).toMatchObject({
      client_name: 'New',
      verified_at: null,
    });
  });

  test('update removes --gateway and --first-party', async () => {
    await add('gate', '--type', 'service', '--gateway', '--first-party');
    const words = ['clients', 'update', 'gate', '--no-gateway', '--no-first-party', '--scope', 'projects:read'];
    expect(await cli.vcauth.json(words)).toMatchObject({ gateway_resource: null, first_party: false });
  });

  test('a refused update changes nothing, and its --verified has no effect', async () => {
    await add('steady', '--redirect-uri', callback);
    expect(
      await cli.vcauth([
        ...['clients', 'update', 'steady', '--verified', '--reason', 'x'],
        ...['--redirect-uri', 'http://x.example/'],
      ]),
    ).toMatchObject({
      code: 1,
      stdout: '',
    });
    expect(await cli.vcauth.json(['clients', 'show', 'steady'])).toMatchObject({
      verified_at: null,
      redirect_uris: [callback],
    });
  });
});

test('rotate-secret keeps the old secret for the given time', async () => {
  const first = (await add('rotating', '--redirect-uri', callback)).client_secret;
  const second = await cli.vcauth.json(['clients', 'rotate-secret', 'rotating', '--keep-old-days', '7']);
  expect(second).toEqual({ client_id: 'rotating', client_secret: expect.stringMatching(secretForm) });
  expect(await livingSecrets('rotating')).toEqual([digest(first), digest(second.client_secret)]);
  const { stdout, stderr } = await cli.vcauth(['clients', 'rotate-secret', 'rotating']);
  expect(stderr).toContain('shown this once');
  expect(stderr).toContain('The old one has ended.');
  expect(await livingSecrets('rotating')).toEqual([digest(/vcs_cs_\S+/.exec(stdout)?.[0])]);
  const refused = await cli.vcauth(['clients', 'rotate-secret', 'spa']);
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('spa') });
});

test('a client is submitted, verified, sent back, disabled and enabled', async () => {
  await add('living', '--redirect-uri', callback);
  const steps = [
    ['submit', [], 'in_review'],
    ['verify', ['--reason', 'Looked'], 'verified'],
    ['disable', ['--reason', 'Fraud'], 'suspended'],
    ['enable', [], 'verified'],
    ['send-back', ['--reason', 'Sold'], 'draft'],
  ] as const;
  for (const [verb, words, state] of steps) {
    expect(await cli.vcauth.json(['clients', verb, 'living', ...words])).toMatchObject({ state });
  }
  const refused = await cli.vcauth(['clients', 'send-back', 'living', '--reason', 'Again']);
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('living is a draft') });
  for (const words of [['send-back'], ['verify'], ['disable'], ['update', '--verified'], ['update', '--unverified']]) {
    const [verb = '', ...flags] = words;
    const silent = await cli.vcauth(['clients', verb, 'living', ...flags]);
    expect(silent, words.join(' ')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--reason is missing'),
    });
  }
  const idle = await cli.vcauth(['clients', 'update', 'living', '--owner', 'X', '--reason', 'x']);
  expect(idle).toMatchObject({ code: 2, stderr: expect.stringContaining('--reason goes with') });
  for (const [verb, reason, problem] of [
    ['submit', 'x'.repeat(501), 'at most 500 characters'],
    ['verify', '\u202egood', 'control or invisible characters'],
    ['disable', 'x'.repeat(501), 'at most 500 characters'],
    ['send-back', ' ', 'is required'],
    ['verify', ' ', 'is required'],
    ['disable', '', 'is required'],
  ] as const) {
    const wrong = await cli.vcauth(['clients', verb, 'living', '--reason', reason]);
    expect(wrong, verb).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(problem) });
  }
  expect(await cli.vcauth.json(['clients', 'show', 'living'])).toMatchObject({ state: 'draft' });
  const { rows } = await cli.own.database.pgPool.query(
    "SELECT action, details->>'reason' AS reason FROM audit_events WHERE target = 'client:living' ORDER BY seq",
  );
  expect(rows.map(({ action, reason }) => [action, reason])).toEqual([
    ['client.created', null],
    ['client.submitted', null],
    ['client.verified', 'Looked'],
    ['client.disabled', 'Fraud'],
    ['client.enabled', null],
    ['client.sent_back', 'Sold'],
  ]);
});

test('a client whose reason is refused is not created', async () => {
  const words = ['--name', 'Unmade', '--redirect-uri', callback, '--verified', '--reason', ' '];
  const refused = await cli.vcauth(['clients', 'create', '--client-id', 'unmade', ...words]);
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('reason is required') });
  expect((await cli.vcauth(['clients', 'show', 'unmade'])).code).toBe(1);
});

test('a name that looks like that of a verified app causes a warning', async () => {
  const genuine = [
    '--name',
    'Genuine Notes',
    '--client-id',
    'genuine',
    '--redirect-uri',
    callback,
    '--verified',
    '--reason',
    'x',
  ];
  await cli.vcauth.json(['clients', 'create', ...genuine]);
  const words = ['--name', 'Genuinе N0tes', '--redirect-uri', callback];
  const made = await cli.vcauth(['clients', 'create', '--client-id', 'imitation', ...words]);
  expect(made).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('looks like Genuine Notes (genuine), which is verified'),
  });
  const renamed = await cli.vcauth(['clients', 'update', 'imitation', '--name', 'Gеnuine Notes']);
  expect(renamed.stderr).toContain('looks like Genuine Notes (genuine)');
  expect((await cli.vcauth(['clients', 'update', 'imitation', '--owner', 'Somebody'])).stderr).toBe('');
});

test('set-logo stores a logo, and remove-logo removes it', async () => {
  await add('logo', '--redirect-uri', callback);
  const folder = await mkdtemp(join(tmpdir(), 'vcauth-logo-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'logo.png');
  await writeFile(file, await picture());
  const { logo } = await cli.vcauth.json<{ logo: string }>(['clients', 'set-logo', 'logo', '--file', file]);
  expect(logo).toMatch(/^\/logos\/[\w-]{43}\.webp$/);
  await writeFile(file, '<svg xmlns="http://www.w3.org/2000/svg"/>');
  expect(await cli.vcauth(['clients', 'set-logo', 'logo', '--file', file])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('logo must be a whole PNG, JPEG or WebP picture'),
  });
  expect((await cli.vcauth(['clients', 'set-logo', 'logo', '--file', join(folder, 'none')])).code).toBe(2);
  expect((await cli.vcauth(['clients', 'show', 'logo'])).stdout).toContain(logo);
  expect(await cli.vcauth.json(['clients', 'remove-logo', 'logo', '--reason', 'Asked for.'])).toMatchObject({
    logo: null,
  });
});

test('list filters by state and by owner, who must have an account', async () => {
  await add('reviewed', '--redirect-uri', callback);
  await cli.vcauth(['clients', 'submit', 'reviewed']);
  const ids = async (...words: string[]) =>
    (await cli.vcauth.json<{ client_id: string }[]>(['clients', 'list', ...words])).map((one) => one.client_id);
  expect(await ids('--state', 'in_review')).toEqual(['reviewed']);
  expect(await ids('--owner-email', 'OWNER@example.com')).toEqual(['full']);
  expect(await ids('--owner-email', 'nobody@example.com')).toEqual([]);
  const refused = await cli.vcauth(['clients', 'update', 'reviewed', '--owner-email', 'nobody@example.com']);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('must be the address of an account here') });
});

test('disable refuses a client, and enable lets it work again', async () => {
  await add('stopping', '--redirect-uri', callback);
  expect(await cli.vcauth.json(['clients', 'disable', 'stopping', '--reason', 'Fraud'])).toMatchObject({
    status: 'disabled',
  });
  expect(await cli.vcauth.json(['clients', 'enable', 'stopping'])).toMatchObject({ status: 'active' });
});

test('delete asks for confirmation, and a script gives --yes', async () => {
  await add('going', '--redirect-uri', callback);
  const asked = await cli.vcauth(['clients', 'delete', 'going', '--json', '--reason', 'Asked for.']);
  expect(asked).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') });
  expect(await cli.vcauth.json(['clients', 'show', 'going'])).toMatchObject({ client_id: 'going' });
  expect(await cli.vcauth.json(['clients', 'delete', 'going', '--yes', '--reason', 'Asked for.'])).toEqual({
    client_id: 'going',
    deleted: true,
  });
});

test.each(['show', 'update', 'rotate-secret', 'disable', 'enable', 'delete'])(
  '%s refuses an unknown client',
  async (verb) => {
    const words =
      { update: ['--owner', 'X'], disable: ['--reason', 'x'], delete: ['--yes', '--reason', 'x'] }[verb] ?? [];
    const { code, stdout, stderr } = await cli.vcauth(['clients', verb, 'nobody', ...words, '--json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^There is no client nobody\.?\n$/);
  },
);

test('list shows every client, with and without --json', async () => {
  const all = await cli.vcauth.json<{ client_id: string }[]>(['clients', 'list']);
  expect(all.map((client) => client.client_id)).toEqual(expect.arrayContaining(['full', 'spa', 'gate']));
  expect(JSON.stringify(all)).not.toContain('secret"');
  const { stdout } = await cli.vcauth(['clients', 'list']);
  expect(stdout).toMatch(/^CLIENT_ID +NAME +TYPE +STATE +OWNER +CREATED$/m);
  expect(stdout).toMatch(/^full +full +web +verified +owner@example.com /m);
  expect(await cli.vcauth.json(['clients', 'list', '--limit', '2'])).toEqual(all.slice(0, 2));
});

test('what an admin has decided about a client that registered itself is shown, and given back', async () => {
  const id = 'vcs_dynamic_decided';
  await cli.own.database.pgPool.query(
    `INSERT INTO clients (client_id, client_name, grant_types, token_endpoint_auth_method, scope, type, registration_type,
        redirect_uris)
     VALUES ($1, 'Support', '{authorization_code}', 'none', 'projects:read', 'web', 'dynamic', ARRAY[$2, $2 || '/more'])`,
    [id, callback],
  );
  await cli.vcauth.json(['clients', 'update', id, '--redirect-uri', callback]);
  const { stdout } = await cli.vcauth(['clients', 'show', id]);
  expect(stdout).toContain(`Redirect addresses: an admin’s  it says ${callback}, ${callback}/more itself`);
  const given = await cli.vcauth.json(['clients', 'give-back', id, '--field', 'redirect_uris']);
  expect(given).toMatchObject({ redirect_uris: [callback, `${callback}/more`], admin_decisions: null });
  const again = await cli.vcauth(['clients', 'give-back', id, '--field', 'redirect_uris']);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('No admin has decided redirect_uris')]);
});

test('a client whose id is a URL is shown with its document, which can’t be read for one without', async () => {
  const id = 'https://agent.example/client.json?no';
  const { pgPool } = cli.own.database;
  await add('no-document', '--type', 'spa', '--redirect-uri', callback);
  await pgPool.query(
    `INSERT INTO clients (client_id, client_name, grant_types, token_endpoint_auth_method, scope, type, registration_type)
     VALUES ($1, 'Agent', '{authorization_code}', 'none', 'projects:read', 'web', 'metadata_document')`,
    [id],
  );
  await pgPool.query(
    `INSERT INTO client_documents (client_id, digest, fetched_at, fresh_until) VALUES ($1, '\\xab', now(), now())`,
    [id],
  );
  expect((await cli.vcauth(['clients', 'show', id])).stdout).toMatch(/Document \(SHA-256\) +ab\n/);
  const read = await cli.vcauth.json(['clients', 'read-document', id]);
  expect(read).toMatchObject({ client_id: id, metadata_document: { digest: 'ab', error: null } });
  const refused = await cli.vcauth(['clients', 'read-document', 'no-document']);
  expect([refused.code === 0, refused.stderr]).toEqual([false, expect.stringContaining('not described by a document')]);
});
