/**
 * The sealed check value that binds a database to its SECRETS. It is decided once, however many servers start at once.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSealer } from '../../src/store/sealer.ts';
import { adoptFirstSecret, bindSecrets, checkSecrets } from '../../src/store/secrets.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const [one, other] = ['the secret of the one, which is long enough', 'the secret of the other, which is long too'];
let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const start = (secrets: string[]) => {
  const sealer = createSealer(secrets);
  return bindSecrets(test.database, sealer).then(
    () => 'bound',
    ({ kind }) => kind,
  );
};
const opens = (secrets: string[]) =>
  checkSecrets(test.database, createSealer(secrets)).then(
    () => true,
    () => false,
  );

it('one of two first starts with different secrets is bound, and the other is told at once', async () => {
  for (let round = 0; round < 20; round += 1) {
    await test.database.script(`DELETE FROM settings WHERE name = 'sealed_word'`);
    const results = await Promise.all([start([one]), start([other])]);
    expect(results.toSorted()).toEqual(['bound', 'invalid']);
    const winner = results[0] === 'bound' ? one : other;
    expect([await opens([winner]), await opens([winner === one ? other : one])]).toEqual([true, false]);
  }
});

it('many starts with the same secret are all bound', async () => {
  expect(await Promise.all(Array.from({ length: 8 }, () => start([one])))).toEqual(Array(8).fill('bound'));
});

it('a start with another secret changes nothing', async () => {
  await start([one]);
  expect(await start([other])).toBe('invalid');
  expect([await opens([one]), await opens([other])]).toEqual([true, false]);
});

it('one of two rotations to different secrets at once counts, and the other is told', async () => {
  for (let round = 0; round < 20; round += 1) {
    await test.database.script(`DELETE FROM settings WHERE name = 'sealed_word'`);
    await start(['the old secret that both of them know well']);
    const rotate = (fresh: string) =>
      adoptFirstSecret(test.database, createSealer([fresh, 'the old secret that both of them know well'])).then(
        () => 'adopted',
        ({ kind }) => kind,
      );
    expect((await Promise.all([rotate(one), rotate(other)])).toSorted()).toEqual(['adopted', 'invalid']);
  }
});

it('two nodes that rotate to the same secret both continue', async () => {
  await start(['the old secret that both of them know well']);
  const rotate = () =>
    adoptFirstSecret(test.database, createSealer([one, 'the old secret that both of them know well']));
  await Promise.all([rotate(), rotate(), rotate()]);
  expect(await opens([one])).toBe(true);
});
