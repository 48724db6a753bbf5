/** Networks in which a server waits for hosts of tests as long as a busy machine needs to answer. Sockets and TLS are real. */
import { onTestFinished } from 'vitest';
import { createOutbound, type Lookup, type Outbound } from '../../src/outbound/request.ts';
import { isLoopbackAddress } from '../../src/policy/public-addresses.ts';

/** A network in which each name is this machine. */
export interface LocalNetwork {
  readonly outbound: Outbound;
  /** Until the end of the test, it waits no longer than a server in production. For hosts that say nothing. */
  giveUpInTime(): void;
}

const patientMs = 120_000;

/**
 * @param ca the certificate of its hosts
 * @param problemOf says why a name does not resolve
 */
export function localNetwork(
  ca: string,
  problemOf: (host: string) => Error | undefined = () => undefined,
): LocalNetwork {
  const lookup = ((host: string, _options: object, found: (error: Error | null, all?: object[]) => void) => {
    const problem = problemOf(host);
    if (problem) found(problem);
    else found(null, [{ address: '127.0.0.1', family: 4 }]);
  }) as unknown as Lookup;
  const send = createOutbound({ lookup, ca });
  let isPatient = true;
  return {
    outbound: (request) => send({ ...request, ...(isPatient && { timeoutMs: patientMs }), allows: isLoopbackAddress }),
    giveUpInTime() {
      isPatient = false;
      onTestFinished(() => {
        isPatient = true;
      });
    },
  };
}

/** A network without names of its own. */
export function patientOutbound(): Outbound {
  const send = createOutbound();
  return (request) => send({ ...request, timeoutMs: patientMs });
}
