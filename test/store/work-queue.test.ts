/** The workers of a queue when the clock of their machine is set. */
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { startMailWorkers } from '../../src/store/work-queue.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const queueMail = (recipient: string) =>
  test.database.script(`SELECT queue_mail('test', '${recipient}', NULL, '{}', 'en', NULL, NULL)`);

it('look for jobs as before when the clock is set back during a job of each', async () => {
  const begun: string[] = [];
  const barrier = Promise.withResolvers<void>();
  const workers = await startMailWorkers(
    test.url,
    {
      mails: async ({ mail }) => {
        begun.push(mail);
        await barrier.promise;
      },
    },
    (error) => expect.fail(error.message),
  );
  onTestFinished(() => workers.stop(5_000));
  // Each of the three workers takes one.
  for (const name of ['ada', 'grace', 'alan']) await queueMail(`${name}@example.com`);
  await eventually(() => begun).toHaveLength(3);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  onTestFinished(() => void vi.useRealTimers());
  barrier.resolve();
  await queueMail('edsger@example.com');
  await eventually(() => begun).toHaveLength(4);
});
