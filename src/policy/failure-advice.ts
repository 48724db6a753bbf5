/** From what a request failed with to what its developer should do; one that nobody knows gets the advice of its error. */
import { type FailedClient, type Failure, type Say, sentence } from './failure-row.ts';
import { askingFailures } from './failures-asking.ts';
import { exchangingFailures } from './failures-exchanging.ts';
import { leavingFailures } from './failures-leaving.ts';

export interface Advice {
  readonly wrong: string;
  readonly fix: string;
}

const rows = [...leavingFailures, ...askingFailures, ...exchangingFailures];

export function adviceOn(failure: Failure, client?: FailedClient): Advice {
  const told = `${failure.description ?? ''} ${failure.detail ?? ''}`;
  const row = rows.find(([error, says]) => error === failure.error && (says === undefined || says.test(told)));
  const say = (text: Say | undefined, otherwise: string) =>
    (typeof text === 'function' ? text(failure, client) : text) || otherwise;
  return {
    wrong: say(row?.[2], sentence(failure)),
    fix: say(row?.[3], 'Compare the request with the documentation of this endpoint, and look at the detail.'),
  };
}
