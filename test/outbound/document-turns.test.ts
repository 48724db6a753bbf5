/** Nobody can use this server to send many requests to one site, or take the turns of others. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createDocumentTurns, type DocumentTurns } from '../../src/outbound/document-turns.ts';

const limits = { running: { site: 2, network: 3, all: 5 }, begun: { site: 4, network: 6, networkOfSite: 3 } };
let turns: DocumentTurns;
let ends: (() => void)[];
beforeEach(() => {
  turns = createDocumentTurns({ off: false, limits });
  ends = [];
});
afterEach(() => {
  for (const end of ends) end();
  vi.useRealTimers();
});

const busy = { name: 'DocumentProblem', kind: 'busy' };
/** A read that does not end before the test does. */
const begin = (url: string, network: string | undefined) =>
  turns(url, network, () => new Promise<void>((resolve) => ends.push(resolve)));
const read = (url: string, network: string | undefined) => turns(url, network, async () => 'read');

it('A slow site has two reads at a time, under all of its host names, and others are read meanwhile', async () => {
  void begin('https://a.slow.example/1', 'one');
  void begin('https://b.slow.example:8443/2', 'two');
  await expect(read('https://c.slow.example/3', 'three')).rejects.toMatchObject(busy);
  await expect(read('https://fast.example/1', 'three')).resolves.toBe('read');
});

it('Sites of different people below one shared domain count each for itself', async () => {
  void begin('https://one.github.io/1', 'one');
  void begin('https://one.github.io/2', 'two');
  await expect(read('https://two.github.io/1', 'three')).resolves.toBe('read');
});

it('A network has three reads at a time, and others have theirs', async () => {
  for (const site of ['a', 'b', 'c']) void begin(`https://${site}.example/`, 'one');
  await expect(read('https://d.example/', 'one')).rejects.toMatchObject(busy);
  await expect(read('https://d.example/', 'two')).resolves.toBe('read');
});

it('No more than five run in all', async () => {
  for (const site of ['a', 'b', 'c', 'd', 'e']) void begin(`https://${site}.example/`, site);
  await expect(read('https://f.example/', 'f')).rejects.toMatchObject(busy);
});

it('A site is asked four times a minute, whoever asks, and a network asks six times', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'Date'] });
  for (const n of [1, 2, 3, 4]) await read(`https://victim.example/${n}`, `network ${n}`);
  await expect(read('https://victim.example/5', 'network 5')).rejects.toMatchObject(busy);
  for (const n of [1, 2, 3, 4, 5, 6]) await read(`https://site${n}.example/`, 'one');
  await expect(read('https://site7.example/', 'one')).rejects.toMatchObject(busy);
  vi.advanceTimersByTime(61_000);
  await expect(read('https://victim.example/6', 'one')).resolves.toBe('read');
});

it('A network cannot use up the turns of a site for new documents', async () => {
  for (const n of [1, 2, 3]) await read(`https://victim.example/${n}`, 'one');
  await expect(read('https://victim.example/4', 'one')).rejects.toMatchObject(busy);
  await expect(read('https://victim.example/4', 'two')).resolves.toBe('read');
  for (const _ of [1, 2, 3, 4]) await turns('https://other.example/', 'three', async () => 'read', 'known');
});

it('A failed read gives its turn back', async () => {
  const fail = () => turns('https://a.example/', 'one', () => Promise.reject(new Error('failed')));
  for (const _ of [1, 2]) await expect(fail()).rejects.toThrow('failed');
  await expect(read('https://a.example/', 'one')).resolves.toBe('read');
});

it('An admin is limited only by what runs', async () => {
  for (let n = 0; n < 10; n += 1) await expect(read('https://a.example/', undefined)).resolves.toBe('read');
  void begin('https://a.example/1', undefined);
  void begin('https://a.example/2', undefined);
  await expect(read('https://a.example/3', undefined)).rejects.toMatchObject(busy);
});

it('Without rate limits only those at a time are counted', async () => {
  turns = createDocumentTurns({ off: true, limits });
  for (let n = 0; n < 10; n += 1) await expect(read('https://a.example/', 'one')).resolves.toBe('read');
});

it('Reads of new documents of a site, which strangers can name, leave a turn to the documents that are in use', async () => {
  void begin('https://used.example/made-up-1', 'one');
  void begin('https://used.example/made-up-2', 'two');
  await expect(read('https://used.example/made-up-3', 'three')).rejects.toMatchObject(busy);
  await expect(turns('https://used.example/client.json', 'three', async () => 'read', 'known')).resolves.toBe('read');
});
