/** What people, apps, gateways and admins do in half a day, on a real server. The number of people and of registered apps stays. */
import { randomUUID } from 'node:crypto';
import { basicAuthorization } from '../../../src/gateway/http.ts';
import { revokeApiKey } from '../../../src/operations/api-keys.ts';
import { updateClient } from '../../../src/operations/clients.ts';
import { disconnect } from '../../../src/operations/grants.ts';
import { invite } from '../../../src/operations/invitations.ts';
import { rotateSigningKeys } from '../../../src/operations/signing-keys.ts';
import { makeKey } from '../../support/api-keys.ts';
import { allowDevice, newDevice, poll } from '../../support/devices.ts';
import type { DocumentHost } from '../../support/document-host.ts';
import { exchange, introspect, obtainTokens, post, refresh, type Tokens } from '../../support/oauth.ts';
import { newPerson, type Person } from '../../support/person.ts';
import { registered } from '../../support/registering.ts';
import { redirectUri, secrets, type TestServer } from '../../support/server.ts';
import { sealer } from '../../support/webhooks.ts';
import { adminToken, call } from '../../web/admin-api/support.ts';

export interface Load {
  readonly server: TestServer;
  readonly people: readonly TestServer['person'][];
  readonly documents: DocumentHost;
}

/** A fault of the load must not look like a level table. */
function succeeded<Answer extends { readonly status: number }>(answer: Answer): Answer {
  if (answer.status >= 400) throw new Error(`refused with ${answer.status}: ${JSON.stringify(answer)}`);
  return answer;
}

const operator = { id: 'test', powers: 'everything' as const };

/** A load that goes on: it has the refresh tokens and keys of the days before. */
export function startLoad({ server, people, documents }: Load) {
  const families: string[] = [];
  const browsers = new Map<string, Person>();
  /** Everybody has a new browser every ten days. */
  const browserOf = (day: number, { issuer, person }: TestServer): Person => {
    const name = `${person.id} ${Math.floor(day / 10)}`;
    const browser = browsers.get(name) ?? newPerson(issuer);
    browsers.set(name, browser);
    return browser;
  };
  const keys: string[] = [];
  const as = (day: number): TestServer => ({ ...server, person: people[day % people.length] as TestServer['person'] });
  const keep = ({ refresh_token: token }: Tokens) => void (token && families.push(token));

  async function apps(day: number): Promise<void> {
    const self = as(day);
    const browser = browserOf(day, self);
    keep(await obtainTokens(self, {}, browser));
    const web = await obtainTokens(self, { client_id: 'web' }, browser);
    succeeded(await introspect(self, web.access_token));
    const service = { grant_type: 'client_credentials', scope: 'projects:read' };
    succeeded(await post(self, '/oauth/token', service, 'service'));
    const { client_id: mine } = await registered(self, {
      // Equal requests from one network share a client.
      client_name: `App of day ${day}`,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
    });
    if (day % 3 === 0) await obtainTokens(self, { client_id: mine }, browser);
    if (day % 5 === 0) await obtainTokens(self, { client_id: documents.serve(`agent-${day}`) }, browser);
    const device = await newDevice(self);
    if (day % 2 === 0) {
      await allowDevice(self, browser, device.user_code);
      succeeded(await poll(self, device.device_code));
    }
  }

  async function mistakes(day: number): Promise<void> {
    const self = as(day);
    await exchange(self, 'a code that nobody has got');
    await refresh(self, 'vcs_rt_unknown');
    await post(self, '/oauth/token', { grant_type: 'password' });
    const stranger = newPerson(self.issuer);
    await stranger.submit(await stranger.visit('/sign-in'), '/sign-in', {
      email: self.person.email,
      password: 'wrong one',
    });
    if (day % 4 === 0) await stranger.submit(await stranger.visit('/reset'), '/reset', { email: self.person.email });
  }

  async function calls(day: number): Promise<void> {
    const self = as(day);
    const { key } = await makeKey(self, {}, `account:${self.person.id}`);
    keys.push(key.id);
    const sum = { day: new Date().toISOString().slice(0, 10), read: 3, changed: 1, generated: 0, other: 0, refused: 0 };
    const where = {
      routes: { 'GET /projects': 3 },
      projects: ['p1'],
      last_address: '203.0.113.4',
      last_at: Date.now() / 1000,
    };
    const entries = [
      { ...sum, ...where, sub: self.person.id, client_id: 'spa', gid: 'g' },
      { ...sum, ...where, sub: self.person.id, key_id: key.id },
    ];
    const report = await fetch(`${self.issuer}/oauth/usage`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: basicAuthorization({ clientId: 'gateway', clientSecret: secrets.gateway as string }),
      },
      body: JSON.stringify({ id: randomUUID(), entries }),
    });
    succeeded(report);
    const old = keys.length > 3 ? keys.shift() : undefined;
    if (old) await revokeApiKey(self.db, old, operator);
  }

  async function refreshes(): Promise<void> {
    for (const token of families.splice(0, 6)) {
      families.push(succeeded(await refresh(server, token)).body.refresh_token as string);
    }
    // One ends by its app, and one is never used again.
    const [ended] = families.length > 20 ? families.splice(0, 2) : [];
    if (ended) succeeded(await post(server, '/oauth/revoke', { token: ended }));
  }

  async function admins(day: number): Promise<void> {
    const { db, person } = as(day);
    const own = { id: `account:${person.id}` };
    await disconnect(db, { accountId: person.id, clientId: 'web' }, own);
    // An agent that was tried fifteen days ago; it stays until its person ends it.
    const tried = documents.url(`agent-${day - 15}`);
    if (day % 5 === 0 && day >= 15) await disconnect(db, { accountId: person.id, clientId: tried }, own);
    if (day % 3 === 0) await invite(db, 'invite', { email: `guest-${day}@example.com` }, operator);
    const headers = { 'idempotency-key': randomUUID() };
    const token = await adminToken(server, 'robot');
    const made = await call(server, '/clients', {
      token,
      headers,
      body: { client_name: 'For a day', type: 'service' },
    });
    const path = `/clients/${made.body.data.client_id}?reason=It+is+over.`;
    succeeded(await call(server, path, { token, method: 'DELETE' }));
    if (day % 7 === 0) await updateClient(db, 'web', { description: `Of day ${day}` } as never, operator);
    if (day % 30 === 0) await rotateSigningKeys(db, sealer, operator, { force: true });
  }

  return {
    async morning(day: number): Promise<void> {
      await apps(day);
      await mistakes(day);
    },
    async evening(day: number): Promise<void> {
      if (day % 2 === 0) await calls(day);
      await refreshes();
      await admins(day);
    },
  };
}
