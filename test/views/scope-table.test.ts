/** The table of scopes on the form of a client. */
import { html } from 'hono/html';
import { expect, it } from 'vitest';
import { scopeTable } from '../../views/admin/clients/scope-table.ts';
import { adminLayout } from '../../views/admin/layout.ts';
import { sharedBrowser } from '../support/browser.ts';
import { open } from './open.ts';

const admin = ['clients:read', 'clients:write', 'verifications:write'];
const table = scopeTable({ scopes: admin, required: [], optional: [], byDefault: [], people: false });

it('scopes of the admin API that only read are under “Can see”', () => {
  const text = String(table)
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
  expect(text).toMatch(/Can see clients:read .*Can change clients:write .*verifications:write/);
});

it('a phone shows the name of every scope in one line', async () => {
  const page = adminLayout({
    frame: { csrf: 'c', email: 'admin@example.com' },
    title: 'Scopes',
    tab: 'clients',
    head: html`<div><h1>Scopes</h1></div>`,
    content: table,
  });
  const opened = await open(await sharedBrowser(), page, { viewport: { width: 375, height: 800 } });
  const lines = await opened.page
    .locator('.scopes code')
    .evaluateAll((all) => all.map((one) => one.getClientRects().length));
  expect(lines).toEqual([1, 1, 1]);
  await opened.close();
});
