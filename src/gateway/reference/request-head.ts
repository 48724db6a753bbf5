/** Reads the head of a request in one pass: what the gateway itself needs, and what it passes on. */
import type { IncomingMessage } from 'node:http';
import { namedByConnection, passesUp } from './passed-on.ts';

/**
 * Headers of which every occurrence matters, by their names in lower case. Node's own view drops or joins repeated
 * ones.
 */
const counted = ['authorization', 'dpop', 'host', 'transfer-encoding'] as const;
type Counted = (typeof counted)[number];

export interface RequestHead extends Readonly<Record<Counted, readonly string[]>> {
  /** Name, value, name, value …: the headers of the caller that the upstream gets. The gateway adds its own. */
  readonly passing: string[];
}

const none: readonly string[] = [];

export function readHead({ rawHeaders, headers }: IncomingMessage): RequestHead {
  const head = { authorization: none, dpop: none, host: none, 'transfer-encoding': none, passing: [] as string[] };
  const named = namedByConnection(headers.connection);
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name, value] = [rawHeaders[index] as string, rawHeaders[index + 1] as string];
    const { lower, passes, counts } = kindOf(name);
    if (counts) head[counts] = head[counts] === none ? [value] : [...head[counts], value];
    if (passes && !named?.has(lower)) head.passing.push(name, value);
  }
  return head;
}

interface Kind {
  readonly lower: string;
  readonly passes: boolean;
  readonly counts: Counted | undefined;
}

/** The kind of each name as it was sent. Callers can make names up, so all are forgotten when there are too many. */
const kinds = new Map<string, Kind>();
const maxKinds = 500;

function kindOf(name: string): Kind {
  const known = kinds.get(name);
  if (known) return known;
  const lower = name.toLowerCase();
  const kind = { lower, passes: passesUp(lower), counts: counted.find((one) => one === lower) };
  if (kinds.size >= maxKinds) kinds.clear();
  kinds.set(name, kind);
  return kind;
}
