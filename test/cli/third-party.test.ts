/** vcauth third-party, on a database of its own. */
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { startCli } from './support.ts';

let cli: Awaited<ReturnType<typeof startCli>>;
beforeAll(async () => {
  cli = await startCli();
});
afterAll(() => cli.own.drop());

test('A rule is set, listed and removed, and the host is put into its one form', async () => {
  const empty = await cli.vcauth(['third-party', 'rules']);
  expect(empty.stderr).toContain('No rules. THIRD_PARTY_POLICY holds');
  const words = ['third-party', 'decide', '--host', 'AGENT.Example.:443', '--policy', 'block', '--reason', 'Fraud'];
  const changed = { kind: 'host', value: 'agent.example', policy: 'block', clients: 0, families_ended: 0 };
  expect(await cli.vcauth.json(words)).toEqual(changed);
  expect(await cli.vcauth.json(['third-party', 'rules'])).toMatchObject([
    { kind: 'host', value: 'agent.example', policy: 'block', reason: 'Fraud' },
  ]);
  expect((await cli.vcauth(['third-party', 'decide', '--host', 'agent.example', '--policy', 'default'])).code).toBe(0);
  expect(await cli.vcauth.json(['third-party', 'rules'])).toEqual([]);
});

test('Apps that nobody registered are listed with what holds for them', async () => {
  expect((await cli.vcauth(['third-party', 'apps'])).stderr).toContain('No such app came by itself.');
  const callback = ['--redirect-uri', 'https://notes.example/callback'];
  await cli.vcauth.json(['clients', 'create', '--client-id', 'agent', '--name', 'Agent', ...callback]);
  await cli.own.database.pgPool.query("UPDATE clients SET registration_type = 'dynamic' WHERE client_id = 'agent'");
  await cli.vcauth.json(['third-party', 'decide', 'agent', '--policy', 'ask']);
  expect(await cli.vcauth.json(['third-party', 'apps', '--policy', 'ask'])).toMatchObject([
    { client_id: 'agent', third_party_policy: 'ask', people: 0, waiting: 0, last_used_on: null },
  ]);
  expect(await cli.vcauth.json(['third-party', 'apps', '--policy', 'waiting'])).toEqual([]);
});

test('An app that is not what a rule allows is listed with what changed, and allowed as it is now', async () => {
  const callback = ['--redirect-uri', 'https://notes.example/callback'];
  await cli.vcauth.json(['clients', 'create', '--client-id', 'changing', '--name', 'Good Notes', ...callback]);
  const set = (what: string) =>
    cli.own.database.pgPool.query(`UPDATE clients SET ${what} WHERE client_id = 'changing'`);
  await set("registration_type = 'dynamic'");
  await cli.vcauth.json(['third-party', 'decide', 'changing', '--policy', 'allow']);
  await set("client_name = 'Google Drive'");
  const listed = async () => [
    await cli.vcauth.json(['third-party', 'rules']),
    await cli.vcauth.json(['third-party', 'apps', '--search', 'changing']),
  ];
  expect(await listed()).toMatchObject([
    expect.arrayContaining([expect.objectContaining({ value: 'changing', policy: 'allow', changed: ['name'] })]),
    [{ third_party_policy: 'ask', changed_since_allowed: true }],
  ]);
  expect((await cli.vcauth(['third-party', 'rules'])).stdout).toContain('ask (allow, but changed: name)');
  await cli.vcauth.json(['third-party', 'decide', 'changing', '--policy', 'allow']);
  expect(await listed()).toMatchObject([
    expect.arrayContaining([expect.objectContaining({ value: 'changing', changed: [] })]),
    [{ third_party_policy: 'allow', changed_since_allowed: false }],
  ]);
});

it.each([
  ['neither an app nor a host', ['--policy', 'ask'], 2, 'Give either a client_id or --host.'],
  ['an app and a host', ['agent', '--host', 'a.example', '--policy', 'ask'], 2, 'Give either'],
  ['an unknown policy', ['--host', 'a.example', '--policy', 'maybe'], 2, '--policy'],
  ['a block without a reason', ['--host', 'a.example', '--policy', 'block'], 1, 'reason is required'],
  ['what is not a host', ['--host', 'a.example/b', '--policy', 'ask'], 1, 'must be the name of a host'],
  ['an app that does not exist', ['nobody', '--policy', 'ask'], 1, 'There is no client nobody'],
])('A decision about %s is refused', async (_what, words, code, problem) => {
  const refused = await cli.vcauth(['third-party', 'decide', ...words]);
  expect([refused.code, refused.stderr]).toEqual([code, expect.stringContaining(problem)]);
});
