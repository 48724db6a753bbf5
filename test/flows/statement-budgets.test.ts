/**
 * The maximum of SQL statements for each operation. BEGIN and COMMIT don't count; audit and rate limits are counted
 * apart.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSecondStep, appCode } from '../support/admin.ts';
import { countStatements } from '../support/database.ts';
import {
  authorizeUrl,
  callback,
  exchange,
  introspect,
  obtainCode,
  obtainTokens,
  post,
  refresh,
} from '../support/oauth.ts';
import { decide, newPerson, signIn } from '../support/person.ts';
import { addPerson, password, startTestServer, type TestServer } from '../support/server.ts';
import { statementsOfRequests } from '../support/statements.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  // A new browser is told by mail. What sends it counts statements in the background, which are not those of a request.
  await server.db.script(`CREATE OR REPLACE FUNCTION queue_mail(p_kind text, p_recipient text, p_account text, p_facts jsonb, p_language text, p_limited_by bytea, p_limit integer)
    RETURNS boolean LANGUAGE sql AS 'SELECT true'`);
  // The first request of each kind fills the caches.
  await obtainTokens(server);
  await post(server, '/oauth/token', { grant_type: 'client_credentials' }, 'service');
  await introspect(server, (await obtainTokens(server, { client_id: 'web' })).access_token, 'web');
  await introspect(server, 'x');
});
afterAll(() => server.stop());

/** The number of statements of the server, whose pool is its own. */
const cost = (work: () => Promise<unknown>): Promise<number> => statementsOfRequests(server, work);

describe('budgets', () => {
  it('client_credentials: 0', async () => {
    expect(await cost(() => post(server, '/oauth/token', { grant_type: 'client_credentials' }, 'service'))).toBe(0);
  });

  it('introspection of a JWT by a gateway: 1', async () => {
    const { access_token: token } = await obtainTokens(server);
    expect(await cost(() => introspect(server, token))).toBe(1);
  });

  it('introspection of a refresh token by its own client: 1', async () => {
    const { refresh_token: token } = await obtainTokens(server, { client_id: 'web' });
    expect(await cost(() => introspect(server, token as string, 'web'))).toBe(1);
  });

  it('refresh with rotation: 2', async () => {
    const { refresh_token: token } = await obtainTokens(server);
    expect(await cost(() => refresh(server, token as string))).toBe(2);
  });

  it('refresh by fork: 2', async () => {
    const { refresh_token: token } = await obtainTokens(server);
    await refresh(server, token as string);
    await server.db.pgPool.query(
      "UPDATE grants SET rotated_at = now() - interval '1 hour' WHERE rotated_at IS NOT NULL",
    );
    expect(await cost(() => refresh(server, token as string))).toBe(2);
  });

  it('introspection of a JWT: once 2 after each rotation, else 1', async () => {
    let token = (await obtainTokens(server)).refresh_token as string;
    for (let rotation = 0; rotation < 2; rotation += 1) {
      const { body } = await refresh(server, token);
      token = body.refresh_token as string;
      const again = () => cost(() => introspect(server, body.access_token as string));
      expect([await again(), await again(), await again()]).toEqual([2, 1, 1]);
    }
  });

  it('refresh that keeps its token: 1, and once 2 after a rotation', async () => {
    let { refresh_token: token = '' } = await obtainTokens(server, { client_id: 'web' });
    const again = () => cost(() => refresh(server, token, 'web'));
    expect([await again(), await again()]).toEqual([1, 1]);
    await server.db.pgPool.query(
      "UPDATE grants SET issued_at = now() - interval '29 days', refresh_expires_at = now() + interval '1 day' WHERE client_id = 'web'",
    );
    token = (await refresh(server, token, 'web')).body.refresh_token as string;
    expect([await again(), await again(), await again()]).toEqual([2, 1, 1]);
  });

  it('code exchange: 2', async () => {
    const code = await obtainCode(server);
    expect(await cost(() => exchange(server, code))).toBe(2);
  });

  it('revocation: at most 3, audit included', async () => {
    const tokens = await obtainTokens(server);
    expect(await cost(() => post(server, '/oauth/revoke', { token: tokens.access_token }))).toBeLessThanOrEqual(1);
    expect(
      await cost(() => post(server, '/oauth/revoke', { token: tokens.refresh_token as string })),
    ).toBeLessThanOrEqual(3);
  });

  it('authorization with session and remembered consent: 3', async () => {
    const person = newPerson(server.issuer);
    await obtainCode(server, {}, person);
    const used = await cost(async () =>
      expect(callback(await person.request(authorizeUrl(server))).get('code')).toBeTruthy(),
    );
    expect(used).toBe(3);
  });

  it('a whole first authorization: 12, and 1 to read a client that is not in memory yet', async () => {
    const used = await cost(() => obtainTokens(server, { client_id: 'other' }));
    expect(used).toBe(12 + 1);
  });

  it('a sign-in on our own pages, with the page that it leads to: 5, and 6 more with a second step', async () => {
    const goIn = async (email: string) => {
      const person = newPerson(server.issuer);
      const page = await person.submit(await person.visit('/sign-in'), '/sign-in', { email, password });
      return page.text.includes('name="otp"') ? person.submit(page, '/second-step', { otp: appCode() }) : page;
    };
    const { id, email } = await addPerson(server.db, 'two-steps@example.com');
    const leadsIn = async () => expect((await goIn(email)).url).toBe(`${server.issuer}/account/apps`);
    expect(await cost(leadsIn)).toBe(5);
    await addSecondStep(server, id);
    expect(await cost(leadsIn)).toBe(5 + 6);
  });

  it('a whole first authorization with a second step: 12, and 6 more', async () => {
    const { id, email } = await addPerson(server.db, 'two-steps-for-an-app@example.com');
    await addSecondStep(server, id);
    const used = await cost(async () => {
      const person = newPerson(server.issuer);
      let page = await signIn(person, await person.visit(authorizeUrl(server)), email);
      page = await person.submit(page, '/second-step', { otp: appCode() });
      const code = callback(await decide(person, page, 'allow')).get('code') as string;
      expect((await exchange(server, code)).status).toBe(200);
    });
    expect(used).toBe(12 + 6);
  });

  it('an authorization that asks somebody who is signed in for the second step: 18', async () => {
    const { id, email } = await addPerson(server.db, 'more-for-an-app@example.com');
    const person = newPerson(server.issuer);
    await decide(person, await signIn(person, await person.visit(authorizeUrl(server)), email), 'allow');
    await addSecondStep(server, id);
    const used = await cost(async () => {
      const page = await person.visit(authorizeUrl(server, { acr_values: 'urn:vibecaas:acr:2' }));
      const end = await person.submit(page, '/second-step', { otp: appCode() });
      expect(callback(end).has('code')).toBe(true);
    });
    expect(used).toBe(18);
  });

  it('are counted by a hook that sees every statement', async () => {
    const { statements } = await countStatements(server.db, () =>
      server.db.builder.selectFrom('accounts').select('id').execute(),
    );
    expect(statements).toHaveLength(1);
  });
});
