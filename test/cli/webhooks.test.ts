/** vcauth webhooks, as typed at a terminal. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditOf } from '../support/rows.ts';
import { startCli } from './support.ts';

let cli: Awaited<ReturnType<typeof startCli>>;
beforeAll(async () => {
  cli = await startCli();
  await cli.vcauth.json([
    'clients',
    'create',
    '--name',
    'Notes',
    '--client-id',
    'notes',
    '--redirect-uri',
    'https://notes.example/cb',
  ]);
});
afterAll(() => cli.own.drop());

it('commands set up a webhook, send, list, replay and remove', async () => {
  const { vcauth } = cli;
  const refused = await vcauth(['webhooks', 'set', 'notes', '--url', 'http://10.0.0.1/']);
  expect(refused).toMatchObject({ code: 1, stderr: 'url must begin with https://\n' });
  const made = await vcauth(['webhooks', 'set', 'notes', '--url', 'https://notes.example/hooks']);
  expect(made.stdout).toMatch(/^secret {8}whsec_/m);
  expect(made.stderr).toContain('shown this once');
  expect(await vcauth.json(['webhooks', 'show', 'notes'])).toMatchObject({
    enabled: true,
    url: 'https://notes.example/hooks',
  });
  await vcauth.json(['webhooks', 'test', 'notes']);
  const [sent] = await vcauth.json<{ id: string; status: string }[]>(['webhooks', 'deliveries', 'notes']);
  expect(sent).toMatchObject({ status: 'pending', type: 'webhook.test', attempts: 0 });
  expect(await vcauth.json(['webhooks', 'delivery', 'notes', '--id', sent?.id as string])).toMatchObject({
    body: { type: 'webhook.test', data: { client_id: 'notes' } },
    attempts: [],
  });
  expect(await vcauth.json(['webhooks', 'replay', 'notes', '--id', sent?.id as string])).toMatchObject({ queued: 1 });
  expect(await vcauth.json(['webhooks', 'replay', 'notes', '--failed-since', '2026-01-01'])).toMatchObject({
    queued: 0,
  });
  expect(await vcauth(['webhooks', 'replay', 'notes'])).toMatchObject({ code: 2 });
  expect(await vcauth.json(['webhooks', 'rotate-secret', 'notes'])).toMatchObject({
    secret: expect.stringMatching(/^whsec_/),
  });
  await vcauth.json(['webhooks', 'set', 'notes', '--event', 'grant.revoked', '--state', 'off']);
  expect(await vcauth.json(['webhooks', 'list'])).toMatchObject([
    { client_id: 'notes', enabled: false, events: ['grant.revoked'] },
  ]);
  expect(await vcauth.json(['webhooks', 'delete', 'notes', '--yes', '--reason', 'Asked for.'])).toEqual({
    client_id: 'notes',
    deleted: true,
  });
  expect((await vcauth(['webhooks', 'show', 'notes'])).stderr).toBe('notes has no webhook\n');
  expect((await auditOf(cli.own.database, 'client:notes')).map(({ action }) => action)).toEqual([
    'client.created',
    'webhook.created',
    'webhook.tested',
    'webhook.replayed',
    'webhook.secret_rotated',
    'webhook.updated',
    'webhook.deleted',
  ]);
});
