import { expect, it } from 'vitest';
import { createOutput } from '../../src/cli/output.ts';
import { createSteps } from '../../src/cli/try/steps.ts';
import { AppError } from '../../src/errors.ts';

it.each(['nobody answers', 'the page says: Wait, then try again.'])(
  'a step that fails ends in one full stop: %s',
  async (message) => {
    const never = () => expect.unreachable('nothing is made or changed');
    const stdout = { write: () => {}, guard: never, insist: never };
    const steps = createSteps(createOutput({ json: true, stdout, stderr: () => {} }));
    const failed = steps.take('Look', async () => {
      throw new AppError('invalid', message);
    });
    await expect(failed).rejects.toThrow(/^Step 1, Look: .*[a-z]\.$/);
  },
);
