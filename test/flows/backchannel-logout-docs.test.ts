/** The endpoint of docs/app-developers.md, run as printed: it accepts our logout tokens and refuses everything else. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { updateClient } from '../../src/operations/clients.ts';
import { startNode } from '../cli/vcauth.ts';
import { freePort } from '../support/free-port.ts';
import { newPerson } from '../support/person.ts';
import { until } from '../support/receiver.ts';
import { startRelyingParty } from '../support/relying-party.ts';
import { addPerson, startTestServer } from '../support/server.ts';
import { actor, deliveriesOf, rules } from '../support/webhooks.ts';

const docs = readFileSync(new URL('../../docs/app-developers.md', import.meta.url), 'utf8');
const code = /```js\n(\/\/ backchannel-logout\.mjs[\s\S]*?)```/.exec(docs)?.[1] as string;

it('the endpoint signs out whom a logout token names, and answers 400 to an ID token and to nothing', async () => {
  const server = await startTestServer();
  const rp = await startRelyingParty(server, 'notes');
  const port = String(await freePort());
  const url = `http://localhost:${port}/backchannel-logout`;
  await updateClient(server.db, 'notes', { backchannel_logout_uri: url }, actor, { outbound: rules });
  const app = startNode(['--input-type=module', '-e', code], { ISSUER: server.issuer, CLIENT_ID: 'notes', PORT: port });
  let printed = '';
  app.stdout.on('data', (chunk) => (printed += chunk));
  const answer = (form: Record<string, string>) =>
    fetch(url, { method: 'POST', body: new URLSearchParams(form) }).then(
      ({ status }) => status,
      () => 0,
    );
  await until(async () => (await answer({})) === 400);
  const account = await addPerson(server.db, 'reader@example.com');
  const person = newPerson(server.issuer);
  let idToken = '';
  await rp.signIn(person, account.email, (token) => (idToken = token));
  expect(await answer({ logout_token: idToken })).toBe(400);
  expect(printed).toBe('');
  await person.submit(await person.visit('/oauth/logout'), '/logout/confirm', { logout: 'yes' });
  await until(async () => (await deliveriesOf(server, 'notes'))[0]?.status === 'delivered');
  expect(printed).toBe(`signed out ${account.id}\n`);
  app.kill();
  await once(app, 'exit');
  await rp.stop();
  await server.stop();
});
