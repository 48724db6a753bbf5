/**
 * A network of its own for a node, with a cable each to the callers, the database and the pooler. A cable that is pulled loses packets
 * without telling anybody, as a broken switch does. Network namespaces need root on Linux.
 */
import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';

/** Why there can be no network here; undefined if there can. */
export const noNetwork = whyNoNetwork();

interface Cable {
  /** The address at the end of the test and the database. */
  readonly here: string;
  /** The address at the end of the node. */
  readonly there: string;
  pull(): void;
  plug(): void;
}

export interface Network {
  /** What runs a program in it. */
  readonly command: readonly [program: string, ...args: string[]];
  readonly callers: Cable;
  readonly database: Cable;
  /** To PgBouncer, where a test has one. */
  readonly pooler: Cable;
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: 'pipe' });
}

/** It ends with the test. */
export function createNetwork(): Network {
  const name = `vcauth${process.pid % 100_000}`;
  ip('netns', 'add', name);
  onTestFinished(() => ip('netns', 'del', name));
  ip('-n', name, 'link', 'set', 'lo', 'up');
  return {
    command: ['ip', 'netns', 'exec', name],
    callers: lay(name, 'c', '10.213.7'),
    database: lay(name, 'd', '10.213.8'),
    pooler: lay(name, 'p', '10.213.9'),
  };
}

function lay(namespace: string, letter: string, prefix: string): Cable {
  const [near, far] = [`${namespace}${letter}0`, `${namespace}${letter}1`];
  const [here, there] = [`${prefix}.1`, `${prefix}.2`];
  ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', namespace);
  ip('addr', 'add', `${here}/30`, 'dev', near);
  ip('-n', namespace, 'addr', 'add', `${there}/30`, 'dev', far);
  // With its namespace it would end some time later, and the next test lays one with the same name.
  onTestFinished(() => ip('link', 'del', near));
  ip('link', 'set', near, 'up');
  ip('-n', namespace, 'link', 'set', far, 'up');
  return {
    here,
    there,
    // The other end stays up, so its routes stay: packets are lost, and no sender gets an error.
    pull: () => ip('link', 'set', near, 'down'),
    plug: () => ip('link', 'set', near, 'up'),
  };
}

function whyNoNetwork(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  const name = `vcauth-try-${process.pid}`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return undefined;
  } catch {
    return 'ip netns does not work here';
  }
}
