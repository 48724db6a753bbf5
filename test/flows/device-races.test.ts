/** What two nodes decide about one device at the same moment. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirm, newDevice, poll, reachConsent, registerDevices, typeCode, waitInterval } from '../support/devices.ts';
import { eventually } from '../support/eventually.ts';
import { formOf, newPerson, type Page, type Person } from '../support/person.ts';
import { rowsOf, waitingForLocks } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let first: TestServer;
let second: TestServer;
beforeAll(async () => {
  first = await startTestServer();
  second = await startTestServer({ beside: first, env: { ISSUER: first.issuer } });
  await registerDevices(first);
});
afterAll(async () => {
  await second.stop();
  await first.stop();
});

const nodes = () => [first, second] as const;

/** Sends the form of a page to a node, whichever showed the page. */
function sendTo(node: TestServer, person: Person, page: Page, action: string, fields: Record<string, string>) {
  const form = formOf(page, action);
  const body = new URLSearchParams([...form.hidden.filter(([name]) => !(name in fields)), ...Object.entries(fields)]);
  return person.request(new URL(form.action, node.issuer).href, { method: 'POST', body });
}

/** Follows a redirect of the issuer on a node. */
const follow = (node: TestServer, person: Person, { headers }: Page) =>
  person.request(new URL(pathOf(headers), node.issuer).href);

const pathOf = (headers: Headers) => new URL(headers.get('location') ?? '/', first.issuer).pathname;

const grantsOf = async () => Number((await rowsOf(first.db, 'SELECT count(*)::int AS n FROM grants'))[0]?.n);

describe('two nodes', () => {
  it('tell one of two simultaneous polls to slow down', async () => {
    const { device_code: code } = await newDevice(first);
    const answers = await Promise.all(nodes().map((node) => poll(node, code)));
    expect(answers.map(({ body }) => body.error).toSorted()).toEqual(['authorization_pending', 'slow_down']);
  });

  it('let one of two people go on who confirm the same code', async () => {
    for (let times = 0; times < 5; times += 1) {
      const { user_code: code } = await newDevice(first);
      const people = [newPerson(first.issuer), newPerson(first.issuer)];
      const pages = await Promise.all(people.map((person) => typeCode(person, code)));
      const answers = await Promise.all(
        nodes().map((node, n) =>
          sendTo(node, people[n] as Person, pages[n] as Page, '/device', { decision: 'confirm' }),
        ),
      );
      const paths = answers.map(({ headers }) => pathOf(headers).replace(/[^/]+$/, ''));
      expect(paths.toSorted()).toEqual(['/device/', '/interaction/']);
      const other = people[paths.indexOf('/device/')] as Person;
      const again = await typeCode(other, code);
      expect([again.status, again.text]).toEqual([410, expect.stringContaining('This code was used already')]);
    }
  });

  it('do one thing if the same browser allows and denies at the same moment', async () => {
    for (let times = 0; times < 4; times += 1) {
      const { device_code: code, user_code: userCode } = await newDevice(first);
      const person = newPerson(first.issuer);
      // Two windows of one browser, each with a question of its own.
      const windows = [await reachConsent(first, person, userCode)];
      windows.push(await confirm(person, await typeCode(person, userCode)));
      const before = await grantsOf();
      const backs = await Promise.all(
        nodes().map((node, n) =>
          sendTo(node, person, windows[n] as Page, '/consent', { decision: n === 0 ? 'allow' : 'deny' }),
        ),
      );
      const ends = await Promise.all(nodes().map((node, n) => follow(node, person, backs[n] as Page)));
      await waitInterval(first);
      const { status, body } = await poll(first, code);
      const allowed = status === 200;
      expect([await grantsOf(), body.error]).toEqual([
        before + (allowed ? 1 : 0),
        allowed ? undefined : 'access_denied',
      ]);
      expect(pathOf((ends[allowed ? 0 : 1] as Page).headers)).toBe(allowed ? '/device/done' : '/device/stopped');
    }
  });

  it.each([
    ['was denied', "state = 'denied', error = 'access_denied'", 'access_denied'],
    ['was allowed in another window', "state = 'allowed'", 'invalid_grant'],
    ['expired', "expires_at = now() - interval '1 second'", 'expired_token'],
  ])('allow nothing if the code %s while the answer was on its way', async (_what, change, error) => {
    const { device_code: code, user_code: userCode } = await newDevice(first);
    const person = newPerson(first.issuer);
    const consent = await reachConsent(first, person, userCode);
    const before = await grantsOf();
    const back = await sendTo(second, person, consent, '/consent', { decision: 'allow' });
    const other = await first.db.pgPool.connect();
    try {
      await other.query('BEGIN');
      await other.query(`UPDATE device_codes SET ${change} WHERE state = 'pending' AND confirmed_by IS NOT NULL`);
      const coming = follow(second, person, back);
      await eventually(() => waitingForLocks(first.db)).toBeGreaterThan(0);
      await other.query('COMMIT');
      expect(pathOf((await coming).headers)).toBe('/device/used');
    } finally {
      other.release();
    }
    expect([await grantsOf(), (await poll(first, code)).body.error]).toEqual([before, error]);
  });

  it('give tokens once, however many polls arrive with the answer of the person', async () => {
    const { device_code: code, user_code: userCode } = await newDevice(first);
    const person = newPerson(first.issuer);
    const consent = await reachConsent(first, person, userCode);
    const back = await sendTo(second, person, consent, '/consent', { decision: 'allow' });
    const answers = await Promise.all([
      follow(second, person, back),
      ...nodes().flatMap((node) => [poll(node, code), poll(node, code)]),
    ]);
    const polled = answers.slice(1) as Awaited<ReturnType<typeof poll>>[];
    await waitInterval(first);
    polled.push(await poll(first, code));
    expect(polled.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, body } of polled)
      if (status !== 200) expect(['authorization_pending', 'slow_down', 'invalid_grant']).toContain(body.error);
  });
});
