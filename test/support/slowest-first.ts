/**
 * Starts the files that take most time first. Otherwise one of them may begin last and keep the run waiting, while the other
 * workers have nothing left to do. A file that is missing here only costs time; `slowest-files.ts` prints candidates.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const slow = [
  'views/accessibility',
  'browser/admin',
  'server/starting',
  'bad-input/lists',
  'operations/failures-of-strangers',
  'flows/not-done',
  'flows/refresh-interleavings',
  'lifecycle/stopping',
  'browser/playground',
  'cli/write-errors',
  'flows/webhooks',
  'browser/consent',
  'browser/webhooks',
  'lifecycle/early-answers',
  'cli/process',
  'store/giving-up',
];

const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = slow.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return rank === -1 ? slow.length : rank;
};

export default class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    return others.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
