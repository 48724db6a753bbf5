/** The keys of a secret scanner: strangers can't make this server read them often, and nobody waits whose key is known. */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createScannerKeys, type ScannerKeys, ScannerKeysUnavailable } from '../../src/outbound/scanner-keys.ts';
import { eventually } from '../support/eventually.ts';
import { patientOutbound } from '../support/network.ts';
import { type Scanner, startScanner } from '../support/scanner.ts';

const minute = 60_000;
let scanner: Scanner;
let keys: ScannerKeys;
let clock: number;
beforeEach(async () => {
  scanner = await startScanner();
  clock = 1_000_000_000;
  keys = createScannerKeys(patientOutbound(), scanner.keysUrl, () => clock);
});
afterEach(() => scanner.stop());

const madeUp = () => randomBytes(32).toString('hex');
const isKnown = async (identifier: string) => (await keys.find(identifier)) !== undefined;
/** Callers wait until the returned function is called. */
const silent = () => {
  const held: ServerResponse[] = [];
  scanner.answer((response) => void held.push(response));
  return () => {
    for (const response of held) response.writeHead(200).end('{"public_keys": []}');
  };
};

it('a key is read once, and then known', async () => {
  expect(await Promise.all(Array.from({ length: 8 }, () => isKnown(scanner.identifier)))).not.toContain(false);
  expect(await isKnown(scanner.identifier)).toBe(true);
  expect(scanner.asked()).toBe(1);
});

it('a thousand unknown identifiers cause one request in two minutes, and a new key is found after them', async () => {
  await isKnown(scanner.identifier);
  for (let n = 0; n < 1_000; n += 1) expect(await isKnown(madeUp())).toBe(false);
  expect(scanner.asked()).toBe(1);
  const added = scanner.addKey();
  expect(await isKnown(added)).toBe(false);
  clock += 2 * minute;
  expect(await isKnown(added)).toBe(true);
  expect(scanner.asked()).toBe(2);
});

it('a known key does not wait for a list that is read again', async () => {
  await isKnown(scanner.identifier);
  const answerAll = silent();
  clock += 61 * minute;
  let found = false;
  void isKnown(scanner.identifier).then((known) => {
    found = known;
  });
  await eventually(scanner.asked).toBe(2);
  expect(found).toBe(true);
  expect(await isKnown(scanner.identifier)).toBe(true);
  answerAll();
});

it('few wait for a silent host, and the others are told at once', async () => {
  const answerAll = silent();
  const waiting = Array.from({ length: 8 }, () => keys.find(madeUp()).catch((error: Error) => error));
  await expect(keys.find(madeUp())).rejects.toThrow(/too many requests wait/);
  await eventually(scanner.asked).toBe(1);
  answerAll();
  expect(await Promise.all(waiting)).toEqual(waiting.map(() => undefined));
});

it.each<[string, (response: ServerResponse) => void, RegExp]>([
  ['is away', (response) => void response.destroy(), /socket hang up|ECONNRESET/],
  ['answers 500', (response) => void response.writeHead(500).end(), /answered 500/],
  ['redirects', (response) => void response.writeHead(302, { location: '/other' }).end(), /answered 302/],
  ['answers with a page', (response) => void response.end('<html>'), /did not answer with a list/],
  [
    'answers with another document',
    (response) => void response.end('{"public_keys": {}}'),
    /did not answer with a list/,
  ],
  ['answers with null', (response) => void response.end('null'), /did not answer with a list/],
  ['answers endlessly', (response) => void response.end(' '.repeat(300 * 1024)), /more than 256 KB/],
  [
    'answers with too many keys',
    (response) => void response.end(JSON.stringify({ public_keys: Array.from({ length: 101 }, () => ({})) })),
    /did not answer with a list/,
  ],
])('a host that %s is asked again after half a minute', async (_name, answer, problem) => {
  scanner.answer(answer);
  await expect(keys.find(scanner.identifier)).rejects.toThrow(problem);
  await expect(keys.find(scanner.identifier)).rejects.toThrow(ScannerKeysUnavailable);
  expect(scanner.asked()).toBe(1);
  scanner.answer(undefined);
  clock += minute / 2;
  expect(await isKnown(scanner.identifier)).toBe(true);
});

it('a list that can’t be read again serves for a day', async () => {
  await isKnown(scanner.identifier);
  scanner.answer((response) => void response.destroy());
  clock += 23 * 60 * minute;
  expect(await isKnown(scanner.identifier)).toBe(true);
  clock += 60 * minute;
  await expect(keys.find(scanner.identifier)).rejects.toThrow(ScannerKeysUnavailable);
});

it('a key that can’t sign reports is left out, and the others are used', async () => {
  const other = scanner.addKey('P-384');
  expect([await isKnown(other), await isKnown(scanner.identifier)]).toEqual([false, true]);
  const pem = { key_identifier: 'rubbish', key: 'not a key' };
  scanner.answer((response) => void response.end(JSON.stringify({ public_keys: [pem, null, 7, {}] })));
  clock += 2 * minute;
  expect(await isKnown('rubbish')).toBe(false);
});
