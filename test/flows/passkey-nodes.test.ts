/** What all nodes share about passkeys: challenges work on any of them, once; failures count for the IP address. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { machineLockout } from '../../src/policy/lockout.ts';
import { signedInAs } from '../support/admin.ts';
import { newAuthenticator, optionsOf } from '../support/authenticator.ts';
import { formOf, newPerson, type Page, type Person } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const adding = '/account/security/passkeys/new';
const env = { RATE_LIMITS: 'on' };
let first: TestServer;
let second: TestServer;
beforeAll(async () => {
  first = await startTestServer({ env });
  second = await startTestServer({ beside: first, env: { ...env, ISSUER: first.issuer } });
});
afterAll(async () => {
  await second.stop();
  await first.stop();
});

/** Sends the form of a page to a node, whichever showed the page. */
function sendTo(node: TestServer, browser: Person, page: Page, action: string, fields: Record<string, string>) {
  const form = formOf(page, action);
  const body = new URLSearchParams([...form.hidden.filter(([name]) => !(name in fields)), ...Object.entries(fields)]);
  return browser.request(new URL(form.action, node.issuer).href, { method: 'POST', body });
}

it('a challenge of one node works on another, and once on both together', async () => {
  const owner = await signedInAs(first, first.person.email);
  const authenticator = newAuthenticator(first.issuer, { synced: true });
  const page = await owner.visit(adding);
  const made = authenticator.create(optionsOf(page, adding));
  expect((await sendTo(second, owner, page, adding, { name: 'Phone', passkey: made })).status).toBe(303);

  const browser = newPerson(first.issuer);
  const asked = await browser.visit('/sign-in');
  const passkey = authenticator.get(optionsOf(asked, '/sign-in/passkey'));
  const both = await Promise.all(
    [first, second].map((node) => sendTo(node, browser, asked, '/sign-in/passkey', { passkey })),
  );
  expect(both.map(({ status }) => status).toSorted()).toEqual([303, 422]);
  const later = await Promise.all(
    [first, second].map((node) => sendTo(node, browser, asked, '/sign-in/passkey', { passkey })),
  );
  expect(later.map(({ status }) => status)).toEqual([422, 422]);
});

it('failures count for the IP address on all nodes, and successes do not', async () => {
  const owner = await signedInAs(first, first.person.email);
  const authenticator = newAuthenticator(first.issuer, { synced: true });
  const page = await owner.visit(adding);
  const made = authenticator.create(optionsOf(page, adding));
  await sendTo(first, owner, page, adding, { name: 'Tablet', passkey: made });

  const stranger = newPerson(first.issuer);
  const asked = await stranger.visit('/sign-in');
  const unknown = newAuthenticator(first.issuer).get(optionsOf(asked, '/sign-in/passkey'), { userHandle: 'eA' });
  for (let tries = 1; tries <= machineLockout.freeFailures; tries += 1) {
    const node = tries % 2 === 0 ? first : second;
    expect((await sendTo(node, stranger, asked, '/sign-in/passkey', { passkey: unknown })).status).toBe(422);
  }
  for (const node of [first, second]) {
    const late = await sendTo(node, stranger, asked, '/sign-in/passkey', { passkey: unknown });
    expect([late.status, Number(late.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(late.text).toContain('Too many tries');
  }
  await first.db.script('UPDATE sign_in_limits SET shut_until = now()');
  const before = await rowsOf(first.db, 'SELECT key, failures FROM sign_in_limits');
  const passkey = authenticator.get(optionsOf(asked, '/sign-in/passkey'));
  expect((await sendTo(first, stranger, asked, '/sign-in/passkey', { passkey })).status).toBe(303);
  expect(await rowsOf(first.db, 'SELECT key, failures FROM sign_in_limits')).toEqual(before);
});
