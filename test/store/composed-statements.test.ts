/**
 * Statements that are put together from parts. The driver prepares a statement by its name, so two texts must never share one, and
 * the number of names must not depend on values.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { confirmSignIn, type SignInAccount } from '../../src/store/accounts.ts';
import { insertCodeWithGrant } from '../../src/store/authorization-codes.ts';
import { saveConsentOnRecord } from '../../src/store/consents.ts';
import type { Db } from '../../src/store/database.ts';
import { endInteraction, insertInteraction, updateInteraction } from '../../src/store/interactions.ts';
import { saveSession } from '../../src/store/sessions.ts';
import { finishSignInAttempt } from '../../src/store/sign-in-attempts.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { standardName } from '../support/database-names.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase(standardName);
});
afterAll(() => own.drop());

const hash = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32)));
const soon = () => Date.now() / 1000 + 60;
const person = 'nobody';

const interaction = () => ({
  idHash: hash(),
  payload: hash(),
  accountId: null,
  sessionUid: null,
  clientId: 'spa',
  expiresAt: soon(),
  owner: crypto.randomUUID(),
  limit: 3,
});
const session = () => ({
  uid: crypto.randomUUID(),
  idHash: hash(),
  payload: hash(),
  accountId: null,
  signedInAt: null,
  expiresAt: soon(),
  userAgent: 'Example/1.0',
  address: '192.0.2.1',
  relyingParty: 'spa',
});
const sessions = () => [undefined, ...[true, false].map((isNew) => ({ session: session(), isNew }))];
const ends = () => [hash(), undefined].map((answer) => ({ idHash: hash(), answer }));
const code = () => ({
  grantId: crypto.randomUUID(),
  accountId: person,
  clientId: 'spa',
  grantPayload: {},
  codeHash: hash(),
  payload: {},
  expiresAt: soon(),
  sessionsValidFrom: 0,
  scopes: ['projects:read'],
  clientRevision: '1',
});

/** Runs every composed statement, in every form. */
async function runAll(db: Db): Promise<void> {
  for (const save of sessions()) {
    if (save) await saveSession(db, save);
    for (const next of [undefined, interaction()])
      for (const ended of ends()) await endInteraction(db, ended, { next, session: save });
    for (const ended of [undefined, ...ends()])
      for (const pushed of [undefined, hash()])
        await insertCodeWithGrant(db, code(), { interaction: ended, session: save, pushed });
  }
  await insertInteraction(db, interaction());
  await updateInteraction(db, interaction());
  const account = { id: person, password_hash: 'x' } as SignInAccount;
  const [ip, ending] = ['192.0.2.1', { idHash: hash(), accountId: person, methods: ['pwd', 'otp'] as const }];
  for (const waiting of [undefined, interaction()]) {
    for (const newBrowser of [undefined, { app: 'Notes' }]) {
      const source = { ip, browser: 'Firefox', system: 'Linux', language: 'de', newBrowser };
      await confirmSignIn(db, account, source, { done: true, interaction: waiting });
    }
  }
  for (const newBrowser of [undefined, { app: 'Notes' }]) {
    const source = { ip, browser: 'Firefox', system: 'Linux', language: 'de', newBrowser };
    for (const isNew of [true, false]) await finishSignInAttempt(db, ending, source, { isNew, write: interaction() });
    await finishSignInAttempt(db, ending, source, { idHash: hash(), session: hash() });
  }
  const consent = { accountId: person, clientId: 'spa', granted: ['projects:read'], refused: [] };
  const note = { interaction: interaction(), granted: consent.granted, refused: [] };
  const event = { actor: 'system', action: 'consent.given', target: 'client:spa', details: {}, ip: null };
  // Nobody has this id, so that the reference to the account fails when all of the statement has been prepared.
  for (const one of [undefined, note])
    await saveConsentOnRecord(db, consent, { maxPeople: null, event: event as never, note: one }).catch((error) =>
      expect(error.code).toBe('23503'),
    );
}

test('a name of a composed statement has one text, whatever its values are', async () => {
  const texts = new Map<string, Set<string>>();
  const db: Db = {
    ...own.database,
    run(statement, values) {
      texts.set(statement.name, (texts.get(statement.name) ?? new Set()).add(statement.text));
      return own.database.run(statement, values);
    },
  };
  await runAll(db);
  const names = texts.size;
  await runAll(db);
  expect([...texts].filter(([, forms]) => forms.size !== 1)).toEqual([]);
  expect(texts.size).toBe(names);
  // Sessions alone 2, interactions 12 and two more, codes 18, sign-ins 4, second steps 6, consents 2.
  expect(names).toBe(2 + 12 + 2 + 18 + 4 + 6 + 2);
});
