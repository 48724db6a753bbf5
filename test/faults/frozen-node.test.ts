/**
 * A node that freezes at any moment (a paused machine, SIGSTOP) stops nobody on another node, and loses nothing. Both nodes
 * are processes of their own and under mixed load: sign-ins, refreshes, revocations, and changes by the admin API.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it, onTestFinished, vi } from 'vitest';
import { createClient } from '../../src/operations/clients.ts';
import { verifyAudit } from '../../src/operations/verify-audit.ts';
import { startNode } from '../cli/vcauth.ts';
import { openFeed } from '../gateway/feed-reader.ts';
import { testKeys } from '../support/audit.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { standardName } from '../support/database-names.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { obtainTokens, post, refresh } from '../support/oauth.ts';
import { newPerson } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { addPerson, password, redirectUri, secrets, type TestServer, testSecret } from '../support/server.ts';
import { addAdmin, adminToken, call } from '../web/admin-api/support.ts';

vi.setConfig({ testTimeout: 300_000 });

/**
 * How often the node freezes, and how long what others do may take meanwhile: less than the five seconds after which the database
 * ends a transaction that waits for its client, and as long as that allows on a slow machine.
 */
const moments = Number(process.env.FREEZES ?? 20);
const maxMs = 4_000;

interface Node extends TestServer {
  signal(signal: NodeJS.Signals): void;
}

async function startProcess(own: TestDatabase, email: string): Promise<Node> {
  const port = String(await freePort());
  const issuer = `http://localhost:${port}`;
  const settings = { PORT: port, HOST: '127.0.0.1', ISSUER: issuer, SECRETS: testSecret, DATABASE_URL: own.url };
  const quiet = {
    METRICS_PORT: 'off',
    DRAIN_SECONDS: '0',
    RATE_LIMITS: 'off',
    WEBHOOK_DELIVERY: 'off',
    LOG_LEVEL: 'warn',
  };
  const child = startNode(['src/main.ts'], { ...settings, ...quiet });
  child.stdout.resume();
  child.stderr.resume();
  onTestFinished(() => void child.kill('SIGKILL'));
  const ready = () =>
    fetch(`${issuer}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually(ready).toBe(true);
  const person = await addPerson(own.database, email);
  return {
    issuer,
    listening: issuer,
    db: own.database,
    databaseUrl: own.url,
    metricsOrigin: '',
    person,
    logged: () => '',
    signal: (signal) => void child.kill(signal),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** What a node answered: how often each kind of work was done, and what was refused. */
interface Tally {
  readonly done: Record<'sign-in' | 'refresh' | 'revocation' | 'change', number>;
  readonly revoked: string[];
  readonly failures: string[];
}

const jtiOf = (token: string) =>
  JSON.parse(String(Buffer.from(token.split('.')[1] as string, 'base64url'))).jti as string;

/** Work of each kind on a node. Clients, families and the person are its own: strangers to those of the other node. */
async function workOn(node: Node, name: string) {
  const tally: Tally = { done: { 'sign-in': 0, refresh: 0, revocation: 0, change: 0 }, revoked: [], failures: [] };
  await addAdmin(node, `admin-${name}`);
  const admin = await adminToken(node, `admin-${name}`);
  let changes = 0;

  // A node that was frozen takes fewer requests at a time for a while, and its clients send the others again.
  function count(kind: keyof Tally['done'], { status, body }: { status: number; body?: unknown }): void {
    if (status < 400) tally.done[kind] += 1;
    else if (!/Too many requests are being answered/.test(JSON.stringify(body ?? '')))
      tally.failures.push(`${kind}: ${status}`);
  }
  const signIn = async () => {
    const person = newPerson(node.issuer);
    const after = await person.submit(await person.visit('/sign-in'), '/sign-in', {
      email: node.person.email,
      password,
    });
    count('sign-in', { status: after.status });
  };
  const family = async () => {
    let token = (await obtainTokens(node)).refresh_token as string;
    tally.done['sign-in'] += 1;
    return async () => {
      const answer = await refresh(node, token);
      if (answer.status === 200) token = answer.body.refresh_token as string;
      count('refresh', answer);
    };
  };
  const revocation = async () => {
    const issued = await post(node, '/oauth/token', { grant_type: 'client_credentials' }, 'service');
    if (issued.status !== 200) return count('revocation', issued);
    const token = issued.body.access_token as string;
    const answer = await post(node, '/oauth/revoke', { token }, 'service');
    count('revocation', answer);
    if (answer.status === 200) tally.revoked.push(jtiOf(token));
  };
  const app = async (clientId: string) => {
    const input = { client_id: clientId, client_name: clientId, type: 'spa', redirect_uris: [redirectUri] };
    await createClient(node.db, input as never, { id: 'test' });
    return async () => {
      changes += 1;
      const body = { description: `Change ${changes}` };
      count('change', await call(node, `/clients/${clientId}`, { method: 'PATCH', body, token: admin }));
    };
  };
  return { tally, signIn, family, revocation, app };
}

/** Does `work` again and again until `stop`. */
function repeat(work: () => Promise<void>, pauseMs: number) {
  let on = true;
  const done = (async () => {
    while (on) {
      await work();
      await sleep(pauseMs);
    }
  })();
  return () => {
    on = false;
    return done;
  };
}

it(`a node that freezes at ${moments} moments stops nobody on another one, and nothing is lost`, async () => {
  const own = await createTestDatabase(standardName);
  onTestFinished(() => own.drop());
  Object.assign(secrets, inject('standard').secrets);
  const [freezing, serving] = await Promise.all([
    startProcess(own, 'of-the-freezing-node@example.com'),
    startProcess(own, 'of-the-serving-node@example.com'),
  ]);
  const reader = await openFeed(serving.issuer);

  const there = await workOn(freezing, 'freezing');
  const here = await workOn(serving, 'serving');
  // The first request of the admin API imports it, which is not what is measured.
  await Promise.all([freezing, serving].map((node) => call(node, '/clients', {})));
  const apps = await Promise.all(Array.from({ length: 6 }, (_, n) => there.app(`freezing-${n}`)));
  const load = [
    ...apps.map((change) => repeat(change, 0)),
    repeat(there.revocation, 0),
    repeat(there.revocation, 0),
    repeat(await there.family(), 5),
    repeat(await there.family(), 5),
    repeat(there.signIn, 100),
  ];
  const work = {
    'sign-in': here.signIn,
    refresh: await here.family(),
    revocation: here.revocation,
    change: await here.app('serving'),
  };

  const held: string[] = [];
  for (let moment = 1; moment <= moments; moment += 1) {
    await sleep(20 + Math.random() * 180);
    freezing.signal('SIGSTOP');
    await Promise.all(
      Object.entries(work).map(async ([kind, once]) => {
        const began = performance.now();
        const late = setTimeout(() => freezing.signal('SIGCONT'), maxMs);
        await once();
        clearTimeout(late);
        const ms = performance.now() - began;
        if (ms >= maxMs) held.push(`${kind} at moment ${moment}: ${Math.round(ms)} ms`);
      }),
    );
    freezing.signal('SIGCONT');
  }
  await Promise.all(load.map((stop) => stop()));
  expect(held).toEqual([]);
  expect(here.tally.failures).toEqual([]);
  // Requests to the frozen node got an answer too, as soon as it went on.
  expect(there.tally.failures).toEqual([]);
  expect(here.tally.done).toMatchObject({
    'sign-in': moments + 1,
    refresh: moments,
    revocation: moments,
    change: moments,
  });

  const [counted] = await rowsOf(
    own.database,
    `SELECT count(*) FILTER (WHERE action = 'account.signed_in' AND target = 'account:${freezing.person.id}')::int AS "sign-in",
      count(*) FILTER (WHERE action = 'client.updated' AND target LIKE 'client:freezing-%')::int AS change FROM audit_events`,
  );
  const { 'sign-in': signIns, change } = there.tally.done;
  expect(counted).toEqual({ 'sign-in': signIns, change });
  const revoked = [...there.tally.revoked, ...here.tally.revoked];
  await eventually(() => {
    const heard = new Set(reader.entries().map(({ value }) => value));
    return revoked.filter((jti) => !heard.has(jti));
  }).toEqual([]);
  await reader.close();

  await eventually(async () => (await rowsOf(own.database, 'SELECT event FROM audit_unsealed')).length).toBe(0);
  const [events] = await rowsOf(own.database, 'SELECT count(*) AS n FROM audit_events');
  const verified = await verifyAudit(own.database, { keys: testKeys });
  expect(verified).toMatchObject({ head: { seq: BigInt(events?.n as string) }, unsealed: 0 });
  await Promise.all([freezing.stop(), serving.stop()]);
});

it.each([
  ['', false],
  [' and have moved on', true],
])('refreshes whose clients hung up while a node was frozen%s are not done when it goes on', async (_, movedOn) => {
  const own = await createTestDatabase(standardName);
  onTestFinished(() => own.drop());
  Object.assign(secrets, inject('standard').secrets);
  const node = await startProcess(own, 'of-the-frozen-node@example.com');
  const other = movedOn ? await startProcess(own, 'of-the-other-node@example.com') : node;
  const families = await Promise.all(Array.from({ length: 8 }, () => obtainTokens(node)));
  const { port, host } = new URL(node.issuer);
  const connected = async () => {
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  // Half of the clients have a connection already.
  const early = await Promise.all(families.slice(4).map(connected));
  node.signal('SIGSTOP');
  const sockets = [...early, ...(await Promise.all(families.slice(4).map(connected)))];
  await Promise.all(
    sockets.map(async (socket, index) => {
      const form = `grant_type=refresh_token&client_id=spa&refresh_token=${families[index]?.refresh_token}`;
      const head = `POST /oauth/token HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/x-www-form-urlencoded`;
      socket.end(`${head}\r\nContent-Length: ${form.length}\r\n\r\n${form}`);
      await once(socket, 'finish');
      socket.destroy();
    }),
  );
  // Their clients send them again elsewhere, and go on there.
  if (movedOn) {
    for (const family of families) {
      for (let n = 0; n < 2; n += 1) {
        const answer = await refresh(other, family.refresh_token as string);
        expect(answer.status).toBe(200);
        family.refresh_token = answer.body.refresh_token as string;
      }
    }
  }
  node.signal('SIGCONT');
  // By then its event loop has turned often enough to do what it had got.
  for (let n = 0; n < 20; n += 1) await fetch(`${node.issuer}/readyz`);
  const rotated = await own.database.builder.selectFrom('grants').select('id').where('generation', '>', 0).execute();
  expect(rotated).toHaveLength(movedOn ? families.length : 0);
  for (const { refresh_token: token } of families) expect((await refresh(node, token as string)).status).toBe(200);
  await node.stop();
  if (movedOn) await other.stop();
});
