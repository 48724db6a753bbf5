/** What is killed or frozen under load: nodes, the database, the pooler. Clients are told the truth, and nothing is lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { isAlive } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { noPgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { type Received, startReceiver } from '../support/receiver.ts';
import { rowsOf } from '../support/rows.ts';
import { startInstallation } from './support/installation.ts';
import { startLoad } from './support/ledger.ts';
import { startBalancer } from './support/nodes.ts';

it('nodes that are killed, frozen and replaced, one after the other', async () => {
  const { url, db, fill } = await startInstallation();
  const balancer = await startBalancer();
  const nodes = [
    await balancer.add({ databaseUrl: url }),
    await balancer.add({ databaseUrl: url, env: { WORKERS: '2' } }),
  ];
  const load = await startLoad(await fill(balancer.origin));
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const leaving = nodes.shift();
    leaving?.signal(signal);
    await leaving?.ended;
    await load.progress();
    nodes.push(await balancer.add({ databaseUrl: url }));
  }
  nodes[0]?.signal('SIGSTOP');
  await load.progress();
  await sleep(6_000);
  nodes[0]?.signal('SIGCONT');
  await load.progress();
  await load.settle(db);
});

it('a database that is killed, and one that freezes for longer than requests wait', async () => {
  const { url, db, fill, postmaster } = await startInstallation();
  const balancer = await startBalancer();
  for (let n = 0; n < 2; n += 1) await balancer.add({ databaseUrl: url });
  const load = await startLoad(await fill(balancer.origin));
  const killed = await postmaster();
  process.kill(killed, 'SIGKILL');
  await eventually(() => isAlive(killed)).toBe(false);
  await load.progress();
  const { rows } = await db.pgPool.query(
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
  );
  for (const { pid } of rows) process.kill(pid, 'SIGSTOP');
  await sleep(9_000);
  for (const { pid } of rows) if (isAlive(pid)) process.kill(pid, 'SIGCONT');
  await load.progress();
  await load.settle(db);
});

it.skipIf(noPgBouncer)(`a pooler that is killed, and one that freezes (${noPgBouncer ?? 'found'})`, async () => {
  const { url, db, fill } = await startInstallation();
  const first = await startPgBouncer(url, { size: 10 });
  const balancer = await startBalancer();
  for (let n = 0; n < 2; n += 1) await balancer.add({ databaseUrl: first.url, env: { DATABASE_DIRECT_URL: url } });
  const load = await startLoad(await fill(balancer.origin));
  process.kill(first.pid, 'SIGSTOP');
  await sleep(9_000);
  process.kill(first.pid, 'SIGCONT');
  await load.progress();
  await first.stop();
  await sleep(1_000);
  const second = await startPgBouncer(url, { size: 10, settings: { listen_port: new URL(first.url).port } });
  await load.progress();
  await load.settle(db);
  await second.stop();
});

it('the node that sends the audit stream, and then the one that takes over', async () => {
  const { url, db, fill } = await startInstallation();
  const receiver = await startReceiver();
  onTestFinished(() => receiver.stop());
  const balancer = await startBalancer();
  // By this header the receiver knows which node sends: any of them may, one at a time.
  const add = (name: string) =>
    balancer.add({
      databaseUrl: url,
      env: { WEBHOOK_DELIVERY: 'on', AUDIT_STREAM_URL: receiver.url, AUDIT_STREAM_AUTHORIZATION: name },
    });
  const nodes = { one: await add('one'), two: await add('two'), three: await add('three') };
  const load = await startLoad(await fill(balancer.origin));
  await eventually(() => receiver.received.length).toBeGreaterThan(1);

  const sequences: string[] = [];
  const take: Parameters<typeof receiver.answer>[0] = (response, { event }) => {
    sequences.push(...event.map(({ sequence }: { sequence: string }) => sequence));
    response.writeHead(204).end();
  };
  /** The node that has sent a request which gets no answer, and what was its first event. */
  const caughtSending = async () => {
    const caught = Promise.withResolvers<Received>();
    receiver.answer((_, got) => caught.resolve(got));
    const { headers, event } = await caught.promise;
    return { node: headers.authorization as keyof typeof nodes, from: event[0].sequence as string };
  };
  const killed = await caughtSending();
  nodes[killed.node].signal('SIGKILL');
  await load.progress();
  const frozen = await caughtSending();
  nodes[frozen.node].signal('SIGSTOP');
  await load.progress();
  const last = await caughtSending();
  expect(new Set([killed.node, frozen.node, last.node]).size).toBe(3);
  expect([frozen.from, last.from]).toEqual([killed.from, killed.from]);
  receiver.answer(take);
  nodes[frozen.node].signal('SIGCONT');
  await load.progress();
  await load.settle(db);

  // The receiver has every event from the first one that it did not confirm on, in the order of the chain.
  const chain = async () => {
    const from = `SELECT sealed_seq FROM audit_seals WHERE sealed_seq >= ${BigInt(killed.from)} ORDER BY sealed_seq`;
    return (await rowsOf(db, from)).map(({ sealed_seq: seq }) => String(seq).padStart(19, '0'));
  };
  await eventually(async () => (await chain()).at(-1) === sequences.at(-1)).toBe(true);
  expect([...new Set(sequences)]).toEqual(await chain());
});
