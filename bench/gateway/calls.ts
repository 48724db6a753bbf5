/** Measures calls through the reference gateway, and through the same proxy without checks. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpuOfTree } from '../cpu.ts';
import { get } from '../http.ts';
import { inTurns, median } from './rounds.ts';
import type { Tokens } from './tokens.ts';

/** The warm-up is long, so that measurements do not contain compilation. */
const [connections, warmUpMs, roundMs, rounds] = [32, 6_000, 600, 12];

export interface Calls {
  readonly checked: Cost;
  readonly unchecked: Cost;
  /** Ratio of unchecked to checked CPU. It is computed per round, since the machine is busier in some rounds than in others. */
  readonly share: number;
}

interface Cost {
  /** CPU microseconds of the proxy for each call. */
  readonly cpu: number;
  /** Calls per second with all processes on this machine. */
  readonly rate: number;
}

export async function measureCalls(stub: string, { tokens: all }: Tokens): Promise<Calls> {
  const children = { checked: await start('checked', stub), unchecked: await start('unchecked', stub) };
  const rates: Record<string, number[]> = { checked: [], unchecked: [] };
  const costs: Record<string, number[]> = { checked: [], unchecked: [] };
  // Few enough to be cached after the first round, and many enough to stay within their rate limits.
  const tokens = all.slice(0, 500);
  let next = 0;
  const round = (name: 'checked' | 'unchecked') => async () => {
    const { origin, child } = children[name];
    const durationMs = rates[name]?.length ? roundMs : warmUpMs;
    const [began, before] = [performance.now(), cpuOfTree(child.pid as number)];
    let done = 0;
    const call = async () => {
      while (performance.now() - began < durationMs) {
        next += 1;
        const headers = { authorization: `Bearer ${tokens[next % tokens.length]}` };
        const { status, text } = await get(`${origin}/v1/projects`, headers);
        if (status !== 200) throw new Error(`${name} answers ${status}: ${text}`);
        done += 1;
      }
    };
    await Promise.all(Array.from({ length: connections }, call));
    rates[name]?.push((done * 1000) / (performance.now() - began));
    const cost = (cpuOfTree(child.pid as number) - before) / done;
    costs[name]?.push(cost);
    return cost;
  };
  try {
    const cpu = await inTurns({ checked: round('checked'), unchecked: round('unchecked') }, rounds);
    const cost = (name: 'checked' | 'unchecked') => ({ cpu: cpu[name], rate: median(rates[name]?.slice(1) ?? []) });
    const shares = (costs.checked ?? []).map((one, index) => (costs.unchecked?.[index] ?? Number.NaN) / one);
    return { checked: cost('checked'), unchecked: cost('unchecked'), share: median(shares.slice(1)) };
  } finally {
    for (const { child } of Object.values(children)) child.kill();
  }
}

async function start(mode: string, stub: string): Promise<{ origin: string; child: ChildProcess }> {
  const child = fork(new URL('proxy.ts', import.meta.url), [mode, stub]);
  const [origin] = (await once(child, 'message')) as [string];
  return { origin, child };
}
