/** Signing in with another provider in a real browser: the provider is another site, and so is the app. */
import { afterAll, expect, it } from 'vitest';
import { browserSuite } from '../support/browser-suite.ts';
import { addPerson, password } from '../support/server.ts';
import { startProvider } from '../support/upstream.ts';
import { headline, newVisitor, signInAt } from '../support/visitor.ts';

const provider = await startProvider();
afterAll(() => provider.stop());
const UPSTREAMS = JSON.stringify([provider.setting('example')]);
const { app, browser, server } = await browserSuite({ env: { UPSTREAMS } });
const open = () => newVisitor(browser, [server.issuer, app.origin, provider.issuer], { javaScriptEnabled: false });

it('a person connects their account there, and from then on it signs them in for an app, without script', async () => {
  const { email } = await addPerson(server.db, 'ada@example.com');
  const page = await open();
  await page.goto(`${server.issuer}/account/security`);
  await signInAt(page, email, password);
  provider.signedIn = { sub: 'ada', email: 'ada@provider.example' };
  await page.getByRole('button', { name: 'Connect Example ID' }).click();
  await page.waitForURL(`${server.issuer}/account/security`);
  expect(await page.getByRole('status').first().textContent()).toContain('It is connected.');
  await page.getByRole('button', { name: 'Disconnect Example ID' }).waitFor();

  const elsewhere = await open();
  await elsewhere.goto(app.ask());
  await elsewhere.getByRole('button', { name: 'Continue with Example ID' }).click();
  expect(await headline(elsewhere)).toBe('Let Demo Notes see your projects?');
  await elsewhere.getByRole('button', { name: 'Allow' }).click();
  expect(await headline(elsewhere)).toBe('Back at Demo Notes');
});

it('somebody without an account is told what to do, in their language, and reloads the page as often as they like', async () => {
  provider.signedIn = { sub: 'nobody' };
  const page = await open();
  await page.goto(`${server.issuer}/sign-in`);
  await page.getByRole('button', { name: 'Continue with Example ID' }).click();
  expect(await headline(page)).toBe('Example ID opens no account here');
  expect(page.url()).toBe(`${server.issuer}/sign-in/from/problem`);
  await page.reload();
  expect(await headline(page)).toBe('Example ID opens no account here');
  await page.getByRole('link', { name: 'Deutsch' }).click();
  expect(await headline(page)).toBe('Example ID öffnet hier kein Konto');
  await page.getByRole('link', { name: 'Zurück zur Anmeldung' }).click();
  await page.getByRole('button', { name: 'Weiter mit Example ID' }).waitFor();
});
