/** The activity of a person: what happened in their account, in plain sentences, whoever did it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirePasswordChange, setRole, suspendAccount } from '../../../src/operations/accounts.ts';
import { deleteClient } from '../../../src/operations/client-deletion.ts';
import { createClient } from '../../../src/operations/clients.ts';
import { disconnect } from '../../../src/operations/grants.ts';
import { appendAudit } from '../../../src/store/audit.ts';
import { saveConsent } from '../../../src/store/consents.ts';
import { signedInAs } from '../../support/admin.ts';
import { exchange, obtainCode, obtainTokens, verifier } from '../../support/oauth.ts';
import type { Person } from '../../support/person.ts';
import { said } from '../../support/said.ts';
import { addPerson, startTestServer, type TestServer } from '../../support/server.ts';
import { fewestStatements } from '../../support/statements.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const operator = { id: 'cli:ada@operations', ip: '10.1.2.3', reason: 'Ticket 4711' };
let people = 0;
async function newcomer(): Promise<{ id: string; person: Person }> {
  people += 1;
  const { id, email } = await addPerson(server.db, `activity-${people}@example.com`);
  return { id, person: await signedInAs(server, email) };
}

describe('the activity page', () => {
  it('tells of a sign-in, of an app that was allowed, and of its end, newest first', async () => {
    const { person } = await newcomer();
    await obtainTokens(server, { scope: 'projects:read' }, person);
    await person.submit(await person.visit('/account/apps'), '/apps/disconnect', {});
    const page = await person.visit('/account/activity');
    expect(page.status).toBe(200);
    expect(said(page)).toMatch(
      /4 entries Newest first, times in UTC Today “ Notes ” disconnected By you · (::1|127\.0\.0\.1) \d\d:\d\d “ Notes ” allowed Can see Projects By you · .+ Signed in .+ Account created By VibeCaaS/,
    );
    expect(page.text).toContain('Was one of these not you?');
  });

  it('tells of what VibeCaaS did, without its people, their addresses or their notes', async () => {
    const { id, person } = await newcomer();
    await saveConsent(server.db, { accountId: id, clientId: 'other', granted: ['projects:read'], refused: [] });
    await disconnect(server.db, { accountId: id, clientId: 'other' }, operator);
    await setRole(server.db, id, 'admin', operator);
    await setRole(server.db, id, 'user', operator);
    const page = await person.visit('/account/activity');
    expect(said(page)).toMatch(
      /No longer an admin By VibeCaaS .+ Made an admin By VibeCaaS .+ “ Other ” disconnected By VibeCaaS/,
    );
    expect(page.text).not.toMatch(/ada@operations|10\.1\.2\.3|4711/);
  });

  it('tells that an app was cut off, because a code of it was used twice', async () => {
    const { person } = await newcomer();
    const code = await obtainCode(server, {}, person);
    expect(verifier).toBeTruthy();
    for (const status of [200, 400]) expect((await exchange(server, code)).status).toBe(status);
    expect(said(await person.visit('/account/activity'))).toMatch(
      /“ Notes ” cut off: one of its keys was used twice It may have been copied\..+ By the app itself/,
    );
  });

  it('names an app that was deleted by its id, and shows an event without a sentence as it is recorded', async () => {
    const { id, person } = await newcomer();
    const client = {
      client_id: 'short-lived',
      client_name: 'Short',
      type: 'spa',
      redirect_uris: ['https://a.example/'],
    };
    await createClient(server.db, client as never, operator);
    await saveConsent(server.db, { accountId: id, clientId: 'short-lived', granted: ['projects:read'], refused: [] });
    await disconnect(server.db, { accountId: id, clientId: 'short-lived' }, operator);
    await deleteClient(server.db, 'short-lived', operator);
    const event = { actor: `account:${id}`, action: 'thing.<b>done', target: 'thing:1', details: {} };
    await appendAudit(server.db, event);
    const page = await person.visit('/account/activity');
    expect(said(page)).toMatch(/thing\.&lt;b&gt;done on thing:1 By you .+ short-lived disconnected By VibeCaaS/);
  });

  it('shows nobody else’s events, and asks people who are not signed in to sign in', async () => {
    const [one, other] = [await newcomer(), await newcomer()];
    await requirePasswordChange(server.db, other.id, operator);
    expect(said(await one.person.visit('/account/activity'))).not.toContain('A new password');
    await suspendAccount(server.db, one.id, operator);
    expect((await one.person.request('/account/activity')).status).toBe(303);
  });

  it('shows one kind, or some days; days that are not dates are refused beside their field', async () => {
    const { person } = await newcomer();
    await obtainTokens(server, {}, person);
    const shown = async (query: string) => said(await person.visit(`/account/activity?${query}`));
    expect(await shown('kind=sign-in')).toMatch(/1 entry .+ Signed in/);
    expect(await shown('kind=apps')).toMatch(/1 entry .+ “ Notes ” allowed/);
    expect(await shown('kind=account')).toMatch(/1 entry .+ Account created/);
    expect(await shown('kind=nonsense')).toContain('3 entries');
    expect(await shown('until=2020-01-01')).toContain('Nothing on record Nothing of this kind happened on these days.');
    const wrong = await person.visit('/account/activity?from=yesterday');
    expect(wrong.status).toBe(422);
    expect(said(wrong)).toContain('From must be a day such as 2026-11-24.');
  });

  it('is paged, by number and by the last row, without a gap', async () => {
    const { id, person } = await newcomer();
    for (let n = 0; n < 60; n += 1) {
      await appendAudit(server.db, { actor: 'cli', action: `thing.${n}x`, target: `account:${id}`, details: {} });
    }
    const shown = (text: string) => [...text.matchAll(/thing\.(\d+)x/g)].map(([, n]) => Number(n));
    const first = await person.visit('/account/activity');
    expect(shown(first.text)).toEqual(Array.from({ length: 25 }, (_, n) => 59 - n));
    expect(said(first)).toContain('1 to 25 of 62');
    const next = /<a href="([^"]+)">Next/.exec(first.text)?.[1]?.replaceAll('&amp;', '&');
    const second = await person.visit(`/account/activity${next}`);
    expect(shown(second.text)).toEqual(Array.from({ length: 25 }, (_, n) => 34 - n));
    const back = /<a href="([^"]+)">Previous/.exec(second.text)?.[1]?.replaceAll('&amp;', '&');
    expect(shown((await person.visit(`/account/activity${back}`)).text)).toEqual(shown(first.text));
    expect(shown((await person.visit('/account/activity?page=2')).text)).toEqual(shown(second.text));
  });

  it('needs two statements beside that of the session', async () => {
    const { person } = await newcomer();
    await obtainTokens(server, {}, person);
    await person.visit('/account/activity');
    expect(await fewestStatements(server, () => person.visit('/account/activity'))).toBe(3);
  });
});
