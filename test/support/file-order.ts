/**
 * The order in which the files run, the same on every machine. Files that keep a core busy for long come first, so that none of them
 * keeps the run waiting at its end. Files that mostly wait are spread among the others: if all workers have one of them at once, the
 * cores have nothing to do. A file that is missing here only costs time; `slowest-files.ts` prints candidates.
 */
import { statSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const busy = [
  'views/accessibility',
  'browser/admin',
  'bad-input/lists',
  'flows/refresh-interleavings',
  'browser/playground',
  'browser/consent',
  'browser/webhooks',
  'cli/process',
];

const waiting = [
  'server/starting',
  'flows/not-done',
  'flows/address',
  'operations/failures-of-strangers',
  'flows/reset',
  'server/workers',
  'flows/undo',
  'lifecycle/stopping',
  'store/group-commit',
  'flows/mail-queue',
  'flows/webhooks',
  'flows/registration',
  'flows/invitations',
  'lifecycle/early-answers',
  'store/pgbouncer',
  'flows/failures-without-client',
  'cli/write-errors',
  'store/giving-up',
  'cli/embedded',
  'flows/status-lists',
  'web/oauth/unavailable',
  'flows/operations',
  'flows/upstream-sign-in',
  'server/waiting-work',
  'flows/signal-push',
  'flows/webhook-nodes',
  'gateway/feed',
  'store/database-urls',
  'flows/exchange-trail',
  'deploy/watching',
  'store/heartbeat',
  'log/reader',
];
/** The last one of them begins before this part of the other files is over. */
const spreadOver = 0.8;

/** Returns the place in a list, or its length if the file is not there. */
function placeIn(list: readonly string[], { moduleId }: TestSpecification): number {
  const place = list.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return place === -1 ? list.length : place;
}

export default class FileOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sizes = new Map(files.map((file) => [file, statSync(file.moduleId).size]));
    const waits = (file: TestSpecification) => placeIn(waiting, file) < waiting.length;
    const others = files
      .filter((file) => !waits(file))
      .toSorted((a, b) => placeIn(busy, a) - placeIn(busy, b) || (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
    const spread = files.filter(waits).toSorted((a, b) => placeIn(waiting, a) - placeIn(waiting, b));
    const placed = [
      ...others.map((file, at) => ({ file, at })),
      ...spread.map((file, index) => ({ file, at: (index / spread.length) * spreadOver * others.length - 0.5 })),
    ];
    return placed.toSorted((a, b) => a.at - b.at).map(({ file }) => file);
  }
}
