import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { kindOfCall, readUsageReport, usageBounds } from '../../src/policy/usage.ts';

const now = Date.parse('2026-11-29T12:00:00Z');
const good = {
  sub: 'account',
  client_id: 'app',
  gid: 'grant',
  day: '2026-11-29',
  read: 3,
  changed: 0,
  generated: 0,
  other: 0,
  refused: 1,
  routes: { 'GET /projects': 3 },
  projects: ['proj_1'],
  last_address: '203.0.113.4',
  last_at: now / 1000,
};
const report = (...entries: unknown[]) => readUsageReport({ id: randomUUID(), entries }, now);
const many = (length: number, make: (index: number) => unknown) => Array.from({ length }, (_, index) => make(index));

describe('a report of a gateway', () => {
  it('is read, whatever case its id has', () => {
    const id = randomUUID();
    expect(readUsageReport({ id: id.toUpperCase(), entries: [good] }, now)).toEqual({ id, entries: [good] });
  });

  it.each([
    ['no calls', []],
    ['an app that acts for itself', [{ ...good, sub: 'app', gid: undefined }]],
    ['tomorrow, because clocks differ', [{ ...good, day: '2026-11-30' }]],
    ['seven days ago', [{ ...good, day: '2026-11-22' }]],
    ['IPv6', [{ ...good, last_address: '2001:db8::1' }]],
    ['a person’s calls on two days', [good, { ...good, day: '2026-11-28' }]],
  ])('may have %s', (_name, entries) => {
    expect(report(...entries)).toMatchObject({ entries });
  });

  it.each([
    ['null', null, /JSON object/],
    ['a list', [], /JSON object/],
    ['no id', { entries: [] }, /^id/],
    ['an id that is no UUID', { id: 'x', entries: [] }, /^id/],
    ['no entries', { id: randomUUID() }, /^entries: a list/],
    ['too many entries', { id: randomUUID(), entries: many(usageBounds.entries + 1, () => good) }, /at most 5000/],
  ])('is refused with %s', (_name, document, problem) => {
    expect(readUsageReport(document, now)).toMatch(problem);
  });

  it.each([
    ['null', null, /objects/],
    ['no sub', { ...good, sub: undefined }, /\.sub/],
    ['NUL in sub', { ...good, sub: 'a\0' }, /\.sub/],
    ['a sub of 256 characters', { ...good, sub: 's'.repeat(256) }, /\.sub/],
    ['no client_id', { ...good, client_id: 7 }, /client_id/],
    ['an object as gid', { ...good, gid: {} }, /gid/],
    ['a person without gid', { ...good, gid: undefined }, /gid: required/],
    ['a day that does not exist', { ...good, day: '2026-02-30' }, /day/],
    ['a day long ago', { ...good, day: '2026-11-20' }, /day/],
    ['a day in the future', { ...good, day: '2026-12-01' }, /day/],
    ['a negative number', { ...good, read: -1 }, /read: a whole/],
    ['a fraction', { ...good, refused: 0.5 }, /refused: a whole/],
    ['a number as text', { ...good, changed: '1' }, /changed: a whole/],
    ['a number beyond bounds', { ...good, other: 1e9 }, /other: a whole/],
    ['no number', { ...good, generated: undefined }, /generated: a whole/],
    ['a list of routes', { ...good, routes: [] }, /routes: an object/],
    ['a route without a slash', { ...good, routes: { 'GET projects': 1 } }, /routes: whole numbers/],
    ['a route without count', { ...good, routes: { 'GET /': null } }, /routes: whole numbers/],
    [
      '101 routes',
      { ...good, routes: Object.fromEntries(many(101, (n) => [`GET /${n}`, 1]) as [string, number][]) },
      /100/,
    ],
    ['51 projects', { ...good, projects: many(51, (n) => `p${n}`) }, /50/],
    ['HTML as project', { ...good, projects: ['<b>'] }, /projects/],
    ['a name as address', { ...good, last_address: 'localhost' }, /last_address/],
    ['a moment in milliseconds', { ...good, last_at: now }, /last_at/],
    ['no moment', { ...good, last_at: Number.NaN }, /last_at/],
  ])('is refused for an entry with %s', (_name, entry, problem) => {
    expect(report(good, entry)).toMatch(problem);
  });

  it('is refused if it counts the same twice', () => {
    expect(report(good, { ...good, read: 4 })).toMatch(/entries\[1\]: a second one/);
  });
});

it.each([
  ['GET', 'projects:read', 'read'],
  ['HEAD', 'projects:read', 'read'],
  ['POST', 'projects:write', 'changed'],
  ['DELETE', 'deployments:write', 'changed'],
  ['POST', 'ai:generate', 'generated'],
  ['GET', undefined, 'read'],
  ['POST', undefined, 'other'],
] as const)('%s with %s is a call that counts as %s', (method, scope, kind) => {
  expect(kindOfCall(method, scope)).toBe(kind);
});
