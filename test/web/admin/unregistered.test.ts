/** The pages about apps that nobody registered: the list, the rules, two admins at once, and what a block does to a suspension. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disableClient } from '../../../src/operations/clients.ts';
import { setRule } from '../../../src/operations/third-party.ts';
import type { RuleSubject } from '../../../src/policy/third-party.ts';
import { ageSignIn, confirmation, signedInAdmin } from '../../support/admin.ts';
import { type DocumentHost, startDocumentHost } from '../../support/document-host.ts';
import { eventually } from '../../support/eventually.ts';
import { authorizeUrl, introspect, obtainTokens } from '../../support/oauth.ts';
import { checked, formOf, newPerson, type Page } from '../../support/person.ts';
import { type Registration, registered, sendRegistration } from '../../support/registering.ts';
import { auditOf, rowsOf } from '../../support/rows.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { addAgent, ask, somebody } from '../../support/unregistered.ts';

type Admin = Awaited<ReturnType<typeof signedInAdmin>>;

let host: DocumentHost;
let server: TestServer;
let admin: Admin;
let colleague: Admin;
beforeAll(async () => {
  host = await startDocumentHost();
  server = await startTestServer({ outbound: host.outbound });
  admin = await signedInAdmin(server);
  colleague = await signedInAdmin(server);
});
afterAll(async () => {
  await server.stop();
  await host.stop();
});

const list = '/admin/unregistered';
const rulePage = (kind: RuleSubject['kind'], value: string) => `${list}/rule?${new URLSearchParams({ kind, value })}`;
const rules = (value: string) =>
  rowsOf(server.db, `SELECT policy, reason, decided_by FROM third_party_rules WHERE value = '${value}'`);
const statusOf = async (id: string) =>
  (await rowsOf(server.db, `SELECT status FROM clients WHERE client_id = '${id}'`))[0]?.status;
const save = (who: Admin, page: Page, policy: string, reason = 'Reported as fraud.') =>
  who.submit(page, '/unregistered/rule', { policy, reason });
const decideFor = async (who: Admin, kind: RuleSubject['kind'], value: string, policy: string, reason?: string) =>
  save(who, await who.visit(rulePage(kind, value)), policy, reason);
/** The rows of the list, each as its text. */
const rowsIn = ({ text }: Page) => [...text.matchAll(/<tr><th scope="row"><div class="app[\s\S]*?<\/tr>/g)].map(String);

describe('The list', () => {
  it('has each app that came by itself, with what a rule says of it, and none that somebody registered', async () => {
    const document = host.serve('listed.json', { client_name: '<b>Agent</b> & Co' });
    await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: document }));
    const plain = await addAgent(server.db, { client_name: 'Listed itself' });
    const page = await admin.visit(list);
    const rows = rowsIn(page);
    expect(page.text).toContain(`<b>${rows.length}</b> apps`);
    const [ofDocument, ofPlain] = [document, plain].map((id) => rows.filter((row) => row.includes(`>${id}<`)));
    expect([ofDocument?.length, ofPlain?.length]).toEqual([1, 1]);
    // The host is proven, the name is a claim.
    expect(ofDocument?.[0]).toMatch(
      /<b class="host">.*agent\.example.*calls itself “<bdi>&lt;b&gt;Agent&lt;\/b&gt; &amp; Co/,
    );
    expect(ofDocument?.[0]).toContain(rulePage('host', 'agent.example').replaceAll('&', '&amp;'));
    expect(ofPlain?.[0]).toMatch(/“<bdi>Listed itself<\/bdi>”.*As the rest/s);
    expect(rows.some((row) => row.includes('>spa<'))).toBe(false);
  });

  it('finds by words, by rule, and those for which people wait', async () => {
    const clientId = await addAgent(server.db, { client_name: 'Zebra crossing' });
    await decideFor(admin, 'client', clientId, 'ask');
    const here = async (query: string) =>
      rowsIn(await admin.visit(`${list}?${query}`))
        .join('')
        .includes(clientId);
    expect([await here('q=zebra'), await here('rule=ask'), await here('rule=waiting')]).toEqual([true, true, false]);
    await ask(server, await somebody(server), { client_id: clientId });
    expect([await here('rule=waiting'), await here('rule=none'), await here('q=zebra&rule=block')]).toEqual([
      true,
      false,
      false,
    ]);
    expect((await admin.visit(`${list}?rule=waiting`)).text).toContain('1 person waits');
    // An unknown filter filters nothing.
    expect(await here('rule=maybe')).toBe(true);
  });

  it('says what is wrong with a host where it was typed, and brings another spelling into its one form', async () => {
    for (const typed of ['a.example/b', 'a@b.example', '..', '"><script>alert(1)</script>', '']) {
      const page = await admin.visit(rulePage('host', typed));
      expect([page.status, new URL(page.url).pathname], typed).toEqual([422, list]);
      expect(page.text).toContain('must be the name of a host, such as agent.example');
      expect(page.text).not.toContain('<script>alert');
    }
    const page = await admin.visit(rulePage('host', ' EXAMPLE.Agent.:8443 '));
    expect(page.status).toBe(200);
    expect(formOf(page, '/unregistered/rule').hidden).toContainEqual(['value', 'example.agent']);
  });
});

describe('A rule that an admin sets', () => {
  it('ends what is alive, goes on record with the name and the reason, and is shown with both', async () => {
    const clientId = await addAgent(server.db);
    const { access_token: token } = await obtainTokens(server, { client_id: clientId });
    expect((await admin.visit(rulePage('client', clientId))).text).toContain('1 person who allows it something');
    const saved = await decideFor(admin, 'client', clientId, 'block', 'It sent mails.');
    expect([new URL(saved.url).pathname, saved.status]).toEqual([list, 200]);
    expect(saved.text).toContain('role="status"');
    expect(await statusOf(clientId)).toBe('blocked');
    await eventually(async () => (await introspect(server, token)).body).toEqual({ active: false });
    expect(await auditOf(server.db, `client:${clientId}`)).toContainEqual(
      expect.objectContaining({
        actor: `account:${admin.id}`,
        action: 'client.policy_changed',
        details: expect.objectContaining({ before: null, after: 'block', reason: 'It sent mails.', families_ended: 1 }),
      }),
    );
    for (const path of [rulePage('client', clientId), `/admin/client/${clientId}`, `/admin/client/${clientId}/stop`]) {
      const { text } = await colleague.visit(path);
      expect(text, path).toContain(admin.email);
      expect(text, path).toContain('It sent mails.');
    }
    expect(checked(await colleague.visit(rulePage('client', clientId)), 'policy')).toEqual(['block']);
  });

  it('goes before the rule of the host, and the page says what holds without it', async () => {
    const client = host.serve('own-rule.json');
    await newPerson(server.issuer).visit(authorizeUrl(server, { client_id: client }));
    expect((await admin.visit(rulePage('client', client))).text).toContain('No rule: “Allow”, as for the rest.');
    await decideFor(admin, 'host', 'agent.example', 'block');
    expect(await statusOf(client)).toBe('blocked');
    expect((await admin.visit(list)).text).toContain('Rules for hosts');
    expect((await admin.visit(rulePage('client', client))).text).toMatch(/No rule of its own: “Block”, as for/);
    expect((await admin.visit(`/admin/client/${encodeURIComponent(client)}`)).text).toMatch(/by the rule for/);
    await decideFor(admin, 'client', client, 'allow');
    expect(await statusOf(client)).toBe('active');
    await decideFor(admin, 'client', client, 'none');
    expect(await statusOf(client)).toBe('blocked');
    await decideFor(admin, 'host', 'agent.example', 'none');
    expect([await statusOf(client), await rules('agent.example'), await rules(client)]).toEqual(['active', [], []]);
  });

  it('needs a choice and a reason, keeps what was typed, and changes nothing without them', async () => {
    const clientId = await addAgent(server.db);
    const page = await admin.visit(rulePage('client', clientId));
    const unexplained = await save(admin, page, 'block', ' \u200b ');
    expect([unexplained.status, checked(unexplained, 'policy')]).toEqual([422, ['block']]);
    expect(unexplained.text).toContain('is required: it is what others will read');
    const unchosen = await save(admin, page, 'maybe', 'It is odd.');
    expect(unchosen.status).toBe(422);
    expect(unchosen.text).toContain('value="It is odd."');
    expect(unchosen.text).toContain('Choose one of these.');
    expect([await rules(clientId), await statusOf(clientId)]).toEqual([[], 'active']);
  });

  it('waits for a new proof when the sign-in is old, with what was typed', async () => {
    const clientId = await addAgent(server.db);
    const late = await signedInAdmin(server);
    const page = await late.visit(rulePage('client', clientId));
    await ageSignIn(server, late.id);
    const asked = await save(late, page, 'block');
    expect(asked.text).toContain('Confirm it is you');
    expect(await rules(clientId)).toEqual([]);
    await late.submit(asked, '/unregistered/rule', await confirmation(server, late.email));
    expect(await rules(clientId)).toMatchObject([{ policy: 'block', decided_by: `account:${late.id}` }]);
  });

  it('is about a document that nobody has used yet', async () => {
    const unused = 'https://agent.example/not-yet.json';
    await decideFor(admin, 'client', unused, 'ask');
    expect(await rules(unused)).toMatchObject([{ policy: 'ask' }]);
    await decideFor(admin, 'client', unused, 'none');
  });
});

describe('An app that has changed since it was allowed', () => {
  const said = {
    redirect_uris: ['https://good.example/cb'],
    token_endpoint_auth_method: 'none',
    scope: 'projects:read',
  };
  const put = async (app: Registration, more: object) => {
    const body = { ...said, client_id: app.client_id, ...more };
    const sender = { method: 'PUT', token: app.registration_access_token };
    expect((await sendRegistration(app.registration_client_uri as string, body, sender)).status).toBe(200);
  };

  it('is marked, its pages say what changed, and it is allowed as it is now', async () => {
    const app = await registered(server, { ...said, client_name: 'Kept Notes' });
    await decideFor(admin, 'client', app.client_id, 'allow', 'Looked at it.');
    await put(app, {
      client_name: 'Google Drive',
      redirect_uris: ['https://evil.example/cb'],
      scope: 'projects:write',
    });
    const row = () => admin.visit(list).then((page) => rowsIn(page).find((one) => one.includes(app.client_id)));
    expect(await row()).toMatch(/Ask an admin.*Changed/s);
    const texts = [
      'changed since it was allowed',
      'Kept Notes',
      'Google Drive',
      '<b>evil.example</b>',
      'projects:write',
    ];
    const page = await admin.visit(rulePage('client', app.client_id));
    expect(texts.filter((text) => !page.text.includes(text))).toEqual([]);
    expect(checked(page, 'policy')).toEqual(['allow']);
    const detail = await admin.visit(`/admin/client/${app.client_id}`);
    expect(texts.filter((text) => !detail.text.includes(text))).toEqual([]);
    expect((await save(admin, page, 'allow', 'Looked at it.')).status).toBe(200);
    expect(await row()).not.toMatch(/Changed/);
    expect((await admin.visit(rulePage('client', app.client_id))).text).not.toContain('changed since it was allowed');
  });

  it('after the page was opened is not allowed by it, and the page says so', async () => {
    const app = await registered(server, { ...said, client_name: 'Open Notes' });
    const open = await admin.visit(rulePage('client', app.client_id));
    await put(app, { client_name: 'Google Drive' });
    const told = await save(admin, open, 'allow', 'Looked at it.');
    expect([told.status, told.text.includes('The app changed after you opened this page.')]).toEqual([409, true]);
    expect(await rules(app.client_id)).toEqual([]);
    expect((await save(admin, told, 'allow', 'Looked at it.')).status).toBe(200);
    expect(await rules(app.client_id)).toMatchObject([{ policy: 'allow' }]);
  });
});

describe('Two admins who decide about the same app', () => {
  it('one after the other: the second is told, keeps what they typed, and saves again', async () => {
    const clientId = await addAgent(server.db);
    const open = await colleague.visit(rulePage('client', clientId));
    await decideFor(admin, 'client', clientId, 'block', 'Fraud.');
    const told = await save(colleague, open, 'allow', 'I know them.');
    expect([told.status, await statusOf(clientId)]).toEqual([409, 'blocked']);
    expect(told.text).toContain(`Another admin decided meanwhile: Block, by ${admin.email}.`);
    expect(told.text).toContain('value="I know them."');
    expect(checked(told, 'policy')).toEqual(['allow']);
    expect((await save(colleague, told, 'allow', 'I know them.')).status).toBe(200);
    expect(await rules(clientId)).toMatchObject([{ policy: 'allow', decided_by: `account:${colleague.id}` }]);
    // The page of before is old again, as it is when the rule is gone.
    expect((await save(colleague, open, 'block')).status).toBe(409);
    const third = await admin.visit(rulePage('client', clientId));
    await decideFor(colleague, 'client', clientId, 'none');
    expect((await save(admin, third, 'block')).text).toContain('Another admin removed the rule meanwhile.');
    expect(await rules(clientId)).toEqual([]);
  });

  it('at the same moment: one is saved, the other is told', async () => {
    for (const kind of ['client', 'host'] as const) {
      const value = kind === 'client' ? await addAgent(server.db) : 'race.example';
      const pages = await Promise.all([admin, colleague].map((who) => who.visit(rulePage(kind, value))));
      const answers = await Promise.all([
        save(admin, pages[0] as Page, 'block', 'one'),
        save(colleague, pages[1] as Page, 'allow', 'other'),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const [winner] = answers[0]?.status === 200 ? ['block'] : ['allow'];
      expect(await rules(value)).toMatchObject([{ policy: winner }]);
      expect(await auditOf(server.db, `${kind}:${value}`)).toHaveLength(kind === 'client' ? 2 : 1);
    }
  });
});

describe('A blocked app', () => {
  const byTest = { id: 'test', powers: 'everything' } as const;
  const rule = (value: string, policy: 'block' | null) =>
    setRule(server.db, { kind: 'client', value }, policy, byTest, 'Reported as fraud.');

  it('is called blocked, can be suspended too, and has no suspension to lift', async () => {
    const clientId = await addAgent(server.db);
    await rule(clientId, 'block');
    const stop = `/admin/client/${clientId}/stop`;
    for (const path of [`/admin/client/${clientId}`, stop, `/admin/clients?q=${clientId}`]) {
      expect((await admin.visit(path)).text, path).toMatch(/<span class="tag bad">.*?Blocked<\/span>/);
    }
    const page = await admin.visit(stop);
    expect(page.text).not.toContain('Lift the suspension');
    expect(page.text).toContain(rulePage('client', clientId).replaceAll('&', '&amp;'));
    await admin.submit(page, '/disable', { reason: 'Its owner asked.' });
    expect(await statusOf(clientId)).toBe('disabled');
  });

  it('says why its suspension is not lifted, and leads to the rule; without the rule it is lifted', async () => {
    const clientId = await addAgent(server.db);
    await disableClient(server.db, clientId, byTest, 'Its owner asked.');
    const stop = `/admin/client/${clientId}/stop`;
    const open = await admin.visit(stop);
    expect(open.text).toContain('Lift the suspension');
    await rule(clientId, 'block');
    const refused = await admin.submit(open, '/enable', {});
    expect([refused.status, await statusOf(clientId)]).toEqual([409, 'disabled']);
    expect(refused.text).toContain('The suspension was not lifted.');
    expect(refused.text).toContain(rulePage('client', clientId).replaceAll('&', '&amp;'));
    expect((await admin.visit(stop)).text).not.toContain('Lift the suspension');
    expect((await admin.visit(rulePage('client', clientId))).text).toContain('It is suspended as well.');
    await rule(clientId, null);
    await admin.submit(await admin.visit(stop), '/enable', {});
    expect(await statusOf(clientId)).toBe('active');
  });
});
