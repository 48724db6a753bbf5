/** Windows that tests share: what one of them did there does not reach the next. */
import { expect, it } from 'vitest';
import { sharedBrowser } from '../support/browser.ts';
import { startTestServer } from '../support/server.ts';
import { borrowWindow } from '../support/windows.ts';

it('a window that was given back has no pages, cookies, permissions or history of its last test', async () => {
  const [browser, server] = await Promise.all([sharedBrowser(), startTestServer()]);
  const options = { viewport: { width: 640, height: 480 } };
  const permission = () => navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state);
  const first = await borrowWindow(browser, options);
  await first.page.goto(server.issuer);
  await first.context.addCookies([{ name: 'left', value: 'behind', url: server.issuer }]);
  await first.context.grantPermissions(['geolocation']);
  expect(await first.page.evaluate(permission)).toBe('granted');
  await first.context.newPage();
  await first.giveBack();

  const other = await borrowWindow(browser, { viewport: { width: 641, height: 480 } });
  expect(other.context).not.toBe(first.context);
  const second = await borrowWindow(browser, options);
  expect(second.context).toBe(first.context);
  expect(second.context.pages()).toEqual([second.page]);
  expect(await second.context.cookies()).toEqual([]);
  expect(await second.page.evaluate(() => history.length)).toBe(1);
  await second.page.goto(server.issuer);
  expect(await second.page.evaluate(permission)).not.toBe('granted');
  await Promise.all([other.context.close(), second.context.close()]);
  await server.stop();
});
