/** Logos: what may be uploaded, what is stored, and how it is served. */
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteClient } from '../../../src/operations/client-deletion.ts';
import { verifyClient } from '../../../src/operations/client-review.ts';
import { createClient } from '../../../src/operations/clients.ts';
import { getClient } from '../../../src/store/clients.ts';
import { ageSignIn, confirmation, signedInAdmin, signedInAs } from '../../support/admin.ts';
import { eventually } from '../../support/eventually.ts';
import { authorizeUrl, obtainCode } from '../../support/oauth.ts';
import { newPerson, type Page, type Person, signIn } from '../../support/person.ts';
import { describePicture, picture, pictureWithMetadata } from '../../support/pictures.ts';
import { auditOf, rowsOf } from '../../support/rows.ts';
import { redirectUri, startTestServer, type TestServer } from '../../support/server.ts';
import { addAdmin, adminToken, call } from '../admin-api/support.ts';

let server: TestServer;
let admin: Awaited<ReturnType<typeof signedInAdmin>>;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signedInAdmin(server);
  await addAdmin(server, 'admin');
  token = await adminToken(server, 'admin');
});
afterAll(() => server.stop());

const by = { id: 'test' };
let made = 0;
async function newClient(): Promise<string> {
  made += 1;
  const client = { client_id: `pictured-${made}`, client_name: `Pictured ${made}`, type: 'spa' } as const;
  await createClient(server.db, { ...client, redirect_uris: [redirectUri] }, by);
  return client.client_id;
}

type Bytes = Uint8Array<ArrayBuffer>;
const text = (content: string): Bytes => new TextEncoder().encode(content);
const csrfOf = (page: Page) => /action="[^"]*\/logo"[\s\S]*?name="csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? '';

/** Sends the logo form of the edit page as a browser does. */
async function upload(
  clientId: string,
  file: Bytes,
  { who = admin, csrf, name = 'logo.png' }: { who?: Person; csrf?: string; name?: string } = {},
): Promise<Page> {
  const body = new FormData();
  body.set('csrf', csrf ?? csrfOf(await admin.visit(`/admin/client/${clientId}/logo`)));
  body.set('logo', new Blob([file], { type: 'image/png' }), name);
  return who.visit(`/admin/client/${clientId}/logo`, { method: 'POST', body });
}

const put = (clientId: string, file: Bytes | undefined, type = 'image/png') =>
  call(server, `/clients/${clientId}/logo`, { method: 'PUT', file, type, token });
const logoOf = async (clientId: string) => (await getClient(server.db, clientId)).logo_hash;
const serve = (hash: string | null, init?: RequestInit) => fetch(`${server.issuer}/logos/${hash}.webp`, init);

/** A PNG of one colour and any size: a few bytes per million pixels. */
function hugePng(width: number, height: number): Bytes {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc(body), body.length + 4);
    return framed;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 9 });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  const chunks = [chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat([signature, ...chunks]));
}

function crc(bytes: Buffer): number {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
}

describe('a stored logo', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('made from %s is a square WebP', async (format) => {
    const clientId = await newClient();
    const page = await upload(clientId, await picture(format));
    expect(page.text).toContain('The logo is kept.');
    const hash = await logoOf(clientId);
    expect(page.text).toContain(`src="/logos/${hash}.webp"`);
    const bytes = await (await serve(hash)).arrayBuffer();
    expect(await describePicture(bytes)).toMatchObject({ format: 'webp', width: 192, height: 192 });
  });

  it.each(['png', 'jpeg', 'webp'] as const)('keeps of a %s nothing but its pixels', async (format) => {
    const clientId = await newClient();
    const file = await pictureWithMetadata(format);
    const before = await describePicture(file.buffer);
    expect([before.exif, before.xmp, before.icc].every(Boolean), 'the picture has what must go').toBe(true);
    await upload(clientId, file);
    const bytes = await (await serve(await logoOf(clientId))).arrayBuffer();
    const after = await describePicture(bytes);
    expect([after.exif, after.xmp, after.icc, after.iptc]).toEqual([undefined, undefined, undefined, undefined]);
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('SECRET');
  });

  it('keeps only the picture of a file that is a page or a script as well', async () => {
    const clientId = await newClient();
    const tail = text('<html><script>alert(document.domain)</script></html>');
    await upload(clientId, new Uint8Array([...(await picture()), ...tail]));
    const response = await serve(await logoOf(clientId));
    expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).not.toContain('script');
    expect(response.headers.get('content-type')).toBe('image/webp');
  });
});

describe('an upload is refused, in the form and over REST, and the logo stays as it was', () => {
  const wholePicture = 'must be a whole PNG, JPEG or WebP picture';
  it.each<[string, () => Promise<Bytes> | Bytes, string]>([
    ['SVG', () => text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script/></svg>'), wholePicture],
    ['a page', () => text('<!doctype html><script>alert(1)</script>'), wholePicture],
    ['GIF', () => picture('gif'), wholePicture],
    ['TIFF', () => picture('tiff'), wholePicture],
    ['PDF', () => text('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj'), wholePicture],
    ['half a PNG', async () => (await picture()).slice(0, 200), wholePicture],
    [
      'the beginning of a PNG before something else',
      () => text('\x89PNG\r\n\x1a\n<script>alert(1)</script>'),
      wholePicture,
    ],
    ['NUL bytes', () => new Uint8Array(5000), wholePicture],
    ['a picture that is too wide', () => picture('png', { width: 4097, height: 10 }), '4096 pixels'],
    ['a bomb: 900 million pixels in 110 kB', () => hugePng(30_000, 30_000), '4096 pixels'],
    ['a header that promises two thousand million pixels', () => hugePng(65_535, 1).fill(0x7f, 20, 21), wholePicture],
  ])('%s', async (_what, make, problem) => {
    const clientId = await newClient();
    await put(clientId, await picture());
    const before = await logoOf(clientId);
    const file = await make();
    const page = await upload(clientId, file);
    expect(page.status).toBe(422);
    expect(/id="logo-problem" role="alert">([^<]*)/.exec(page.text)?.[1]).toContain(problem);
    expect(page.text).toContain(`src="/logos/${before}.webp"`);
    const reply = await put(clientId, file);
    expect([reply.status, reply.body.error.details.logo]).toEqual([400, expect.stringContaining(problem)]);
    expect(await logoOf(clientId)).toBe(before);
    expect(server.logged()).not.toContain('unexpected error');
  });

  it('with more than 1 MB, or far more', async () => {
    const clientId = await newClient();
    for (const size of [1024 * 1024 + 1, 3 * 1024 * 1024]) {
      const file = new Uint8Array(size);
      file.set(await picture());
      const page = await upload(clientId, file);
      expect(page.status).toBe(422);
      expect(page.text).toContain('Logo must have at most 1 MB');
      expect((await put(clientId, file)).body.error.details.body).toContain('at most 1048576 bytes');
    }
    expect(await logoOf(clientId)).toBe(null);
  });

  it('without a file or body, with another type, or with an address instead', async () => {
    const clientId = await newClient();
    expect((await upload(clientId, new Uint8Array(0), { name: '' })).status).toBe(422);
    for (const [file, type] of [
      [await picture(), 'image/svg+xml'],
      [text('{"logo":"https://evil.example/logo.png"}'), 'application/json'],
      [await picture(), 'text/html'],
      [undefined, 'image/png'],
    ] as const) {
      expect((await put(clientId, file, type)).body.error.details.body).toContain('must be a file');
    }
    const elsewhere = { logo_uri: 'https://evil.example/logo.png' };
    const patched = await call(server, `/clients/${clientId}`, { method: 'PATCH', body: elsewhere, token });
    expect(patched.body.error.details).toEqual({ logo_uri: 'is not a field that we know' });
    expect(await logoOf(clientId)).toBe(null);
  });

  it.each<[string, string, string]>([
    ['no boundary', 'multipart/form-data', 'x'],
    [
      'a body that breaks off',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nx',
    ],
    [
      'NUL in a field',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\0\r\n--b--\r\n',
    ],
    [
      'a hundred parts',
      'multipart/form-data; boundary=b',
      `${'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'.repeat(100)}--b--\r\n`,
    ],
    [
      'two files',
      'multipart/form-data; boundary=b',
      `${'--b\r\nContent-Disposition: form-data; name="logo"; filename="a"\r\n\r\nx\r\n'.repeat(2)}--b--\r\n`,
    ],
    ['JSON', 'application/json', '{}'],
  ])('as a form with %s', async (_what, type, body) => {
    const clientId = await newClient();
    const page = await admin.visit(`/admin/client/${clientId}/logo`, {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
    expect(page.status).toBe(400);
    expect(server.logged()).not.toContain('unexpected error');
  });

  it('but not for its file name, which is ignored even with control characters or a path', async () => {
    const clientId = await newClient();
    const page = await upload(clientId, await picture(), { name: '../../../\u202egnp.svg' });
    expect(page.text).toContain('The logo is kept.');
    expect(page.text).not.toContain('\u202e');
  });
});

describe('the right to change a logo', () => {
  it('is refused to another page, another session, an ordinary account or nobody, and for an unknown client', async () => {
    const clientId = await newClient();
    const other = await signedInAdmin(server);
    const stolen = csrfOf(await other.visit(`/admin/client/${clientId}/logo`));
    const file = await picture();
    for (const csrf of ['', 'x', stolen]) expect((await upload(clientId, file, { csrf })).status).toBe(403);
    const plain = await signedInAs(server, server.person.email);
    expect((await upload(clientId, file, { who: plain })).status).toBe(404);
    const nobody = await upload(clientId, file, { who: newPerson(server.issuer) });
    expect(nobody.text).toContain('autocomplete="current-password"');
    const csrf = csrfOf(await admin.visit(`/admin/client/${clientId}/logo`));
    expect((await upload('nobody', file, { csrf })).status).toBe(404);
    expect((await put('nobody', file)).status).toBe(404);
    expect(await logoOf(clientId)).toBe(null);
  });

  it('is refused to a service without clients:write, and over a client with more scopes than the service has', async () => {
    const read = await adminToken(server, 'admin', 'clients:read');
    const file = await picture();
    const send = { method: 'PUT', file, type: 'image/png' };
    expect((await call(server, '/clients/spa/logo', { ...send, token: read })).status).toBe(403);
    const few = await adminToken(server, 'admin', 'clients:write');
    expect((await call(server, '/clients/admin/logo', { ...send, token: few })).status).toBe(403);
    expect((await call(server, '/clients/admin/logo?reason=Old', { method: 'DELETE', token: few })).status).toBe(403);
    expect((await call(server, '/clients/spa/logo', send)).status).toBe(401);
  });

  it('needs password and code again after ten minutes, and the picture waits', async () => {
    const clientId = await newClient();
    const late = await signedInAdmin(server);
    const csrf = csrfOf(await late.visit(`/admin/client/${clientId}/logo`));
    await ageSignIn(server, late.id);
    const asked = await upload(clientId, await picture(), { who: late, csrf });
    expect(asked.text).toContain('Confirm it is you');
    expect(await logoOf(clientId)).toBe(null);
    const wrong = await late.submit(asked, '/logo', { confirm_password: 'wrong', confirm_code: '000000' });
    expect([wrong.status, await logoOf(clientId)]).toEqual([422, null]);
    const kept = await late.submit(wrong, '/logo', await confirmation(server, late.email));
    expect(kept.text).toContain('The logo is kept.');
    expect(await logoOf(clientId)).toMatch(/^[\w-]{43}$/);
  });
});

describe('a logo that is served', () => {
  it('may be cached forever, is never sniffed, and is gone with the logo', async () => {
    const clientId = await newClient();
    const { data } = (await put(clientId, await picture('png', { width: 70, height: 100 }))).body;
    const response = await fetch(server.issuer + data.logo);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(response.headers.get('set-cookie')).toBe(null);
    const removed = await call(server, `/clients/${clientId}/logo?reason=Old`, { method: 'DELETE', token });
    expect(removed.body.data.logo).toBe(null);
    expect((await fetch(server.issuer + data.logo)).status).toBe(404);
    expect(await rowsOf(server.db, `SELECT client_id FROM client_logos WHERE client_id = '${clientId}'`)).toEqual([]);
  });

  it('has another address if it is another picture, and the same address for the same one', async () => {
    const [one, two] = [await newClient(), await newClient()];
    const [first] = await Promise.all([put(one, await picture()), put(two, await picture())]);
    expect((await put(one, await picture())).body.data.logo).toBe(first?.body.data.logo);
    await deleteClient(server.db, two, by);
    expect((await fetch(server.issuer + first?.body.data.logo)).status).toBe(200);
    const other = await put(one, await picture('png', { width: 50, height: 300 }));
    expect(other.body.data.logo).not.toBe(first?.body.data.logo);
    const actions = (await auditOf(server.db, `client:${one}`)).map(({ action }) => action);
    expect(actions, 'the same one again is no change').toEqual([
      'client.created',
      'client.logo_set',
      'client.logo_set',
    ]);
  });

  it.each(['', 'x', `${'a'.repeat(43)}`, '../admin', '%2e%2e', `${'a'.repeat(42)}%00`])(
    'nothing at %j',
    async (name) => {
      expect([400, 404]).toContain((await serve(name)).status);
      expect(server.logged()).not.toContain('unexpected error');
    },
  );

  it('is on the page of the client, and on those of people once the client is verified', async () => {
    const clientId = await newClient();
    await upload(clientId, await picture());
    const src = `src="/logos/${await logoOf(clientId)}.webp"`;
    expect((await admin.visit(`/admin/client/${clientId}`)).text).toContain(src);
    const asked = async () => {
      const person = newPerson(server.issuer);
      const first = await person.visit(authorizeUrl(server, { client_id: clientId }));
      return signIn(person, first, server.person.email);
    };
    const unchecked = await asked();
    expect(unchecked.text).toContain('Not checked');
    expect(unchecked.text).not.toContain('/logos/');
    const removal = async () => (await admin.visit(`/admin/client/${clientId}/logo/remove`)).text;
    expect(await removal()).toContain('No page for people shows it now');
    await verifyClient(server.db, clientId, by, 'Tried');
    await eventually(async () => (await asked()).text).toContain(src);
    expect(await removal()).toMatch(/Two letters stand in its place[\s\S]*This puts the app back in review\./);
    const person = newPerson(server.issuer);
    await obtainCode(server, { client_id: clientId }, person);
    expect((await person.visit('/account/apps')).text).toContain(src);

    const removed = await admin.submit(await admin.visit(`/admin/client/${clientId}/logo/remove`), '/logo/remove', {
      reason: 'Old',
    });
    expect(removed.text).toContain('The logo is removed.');
    expect(removed.text).not.toContain('/logos/');
    expect(removed.text).toContain('No page shows it any more.');
    expect((await auditOf(server.db, `client:${clientId}`)).slice(-2)).toMatchObject([
      { action: 'client.logo_removed', actor: `account:${admin.id}` },
      { action: 'client.review_reopened', details: { changed: ['logo_hash'] } },
    ]);
  });
});
