/** Advice for developers on failed requests. An unknown failure gets the general advice for its error code. */
import { type FailedClient, type Failure, sentence, type Text } from './failure-row.ts';
import { askingFailures } from './failures-asking.ts';
import { deviceFailures } from './failures-devices.ts';
import { exchangingFailures } from './failures-exchanging.ts';
import { leavingFailures } from './failures-leaving.ts';
import { registeringFailures } from './failures-registering.ts';
import { serviceFailures } from './failures-services.ts';

export interface Advice {
  readonly wrong: string;
  readonly fix: string;
}

const rows = [
  ...serviceFailures,
  ...leavingFailures,
  ...deviceFailures,
  ...registeringFailures,
  ...askingFailures,
  ...exchangingFailures,
];

export function adviceOn(failure: Failure, client?: FailedClient): Advice {
  const message = `${failure.description ?? ''} ${failure.detail ?? ''}`;
  const row = rows.find(([error, matches]) => error === failure.error && (matches?.test(message) ?? true));
  const textOf = (text: Text | undefined, otherwise: string) =>
    (typeof text === 'function' ? text(failure, client) : text) || otherwise;
  return {
    wrong: textOf(row?.[2], sentence(failure)),
    fix: textOf(row?.[3], 'Compare the request with the documentation of this endpoint, and look at the detail.'),
  };
}
