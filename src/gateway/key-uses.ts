/** Tells the server once a minute which API keys were used last, and from where. What was not told is lost with the process. */
import { questionBounds, type UsedKey } from '../policy/key-questions.ts';
import type { KnownKey } from './key-claims.ts';
import type { KeyIntrospection } from './key-introspection.ts';

export interface KeyUses {
  /** `now` is in epoch milliseconds. */
  note(key: KnownKey, now: number, address: string | undefined): void;
  /** Reports what was not reported yet. */
  close(): Promise<void>;
}

const intervalMs = 60_000;
const maxKeys = 50_000;

export function reportKeyUses(server: Pick<KeyIntrospection, 'report'>, onProblem: (error: Error) => void): KeyUses {
  let used: KnownKey[] = [];

  async function report(): Promise<void> {
    const uses = used.map(takeUse);
    used = [];
    for (let from = 0; from < uses.length; from += questionBounds.used) {
      await server.report(uses.slice(from, from + questionBounds.used)).catch(onProblem);
    }
  }

  // Gateways that start together do not report together.
  let timer = setTimeout(repeat, intervalMs * (0.5 + Math.random() / 2)).unref();
  function repeat(): void {
    timer = setTimeout(repeat, intervalMs).unref();
    void report();
  }

  return {
    note(key, now, address) {
      if (key.use) {
        key.use.at = now;
        key.use.address = address;
      } else if (used.length < maxKeys) {
        key.use = { at: now, address };
        used.push(key);
      }
    },
    async close() {
      clearTimeout(timer);
      await report();
    },
  };
}

function takeUse(key: KnownKey): UsedKey {
  const { at, address } = key.use ?? { at: 0, address: undefined };
  key.use = undefined;
  return { key_id: key.claims.key_id, at: at / 1000, ...(address !== undefined && { address }) };
}
