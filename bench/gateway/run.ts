/**
 * `npm run bench:gateway`: the cost of the verifier and of the reference gateway, each compared with the alternative without
 * it. They are measured in turns (A B A B …), so that a busy machine affects both.
 */
import { pinToOneCpu } from '../pin.ts';
import { measureCalls } from './calls.ts';
import { measureKeys } from './keys.ts';
import { measureRevocations } from './revocations.ts';
import { startStub } from './stub.ts';
import { makeTokens } from './tokens.ts';
import { measureVerifies } from './verifies.ts';

const begun = performance.now();
say(`${pinToOneCpu()}\n`);
const tokens = await makeTokens(4_000);
const stub = await startStub(tokens.publicJwk);
try {
  const verifies = await measureVerifies(stub.issuer, tokens);
  const calls = await measureCalls(stub.issuer, tokens);
  const revocations = await measureRevocations();
  const keys = await measureKeys();
  const rows = [
    ['verifies/s on one core, warm', verifies.warm, ''],
    ['verifies/s on one core, cold', verifies.cold, `${(verifies.cold / verifies.jose).toFixed(2)} of jose`],
    ['jose.jwtVerify alone', verifies.jose, ''],
    ['API keys/s on one core, warm', keys.warm, ''],
    ['API keys/s of a start', keys.cold, 'new ones, with server and database'],
    ['introspection per call', verifies.introspection, 'of a server that answers at once'],
    [
      'calls/s of gateway CPU',
      1e6 / calls.checked.cpu,
      `${calls.checked.cpu.toFixed(0)} µs each; ${calls.checked.rate.toFixed(0)}/s passed here`,
    ],
    [
      'the proxy without checks',
      1e6 / calls.unchecked.cpu,
      `${calls.unchecked.cpu.toFixed(0)} µs each; ${calls.unchecked.rate.toFixed(0)}/s passed here`,
    ],
  ] as const;
  for (const [what, value, note] of rows)
    say(`${what.padEnd(30)} ${Math.round(value).toLocaleString('en').padStart(11)}  ${note}`);
  const targets: [what: string, value: number, target: number][] = [
    ['warm, verifies/s', verifies.warm, 500_000],
    ['cold, beside jose', verifies.cold / verifies.jose, 0.8],
    ['gateway, beside the unchecked proxy', calls.share, 0.85],
    ['API keys warm, per s', keys.warm, 500_000],
    ['API keys of a start, per s', keys.cold, 5_000],
  ];
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  const { p50, p99, max } = revocations;
  say(`the last of 10 verifiers refuses  p50 ${ms(p50)}, p99 ${ms(p99)}, max ${ms(max)}`);
  say(`an API key, while they are busy  p50 ${ms(keys.p50)}, p99 ${ms(keys.p99)}`);
  say('');
  for (const [what, value, target] of targets) {
    const shown = value > 1_000 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
    say(`${value >= target ? 'met   ' : 'MISSED'}  ${what}: ${shown}, target ${target.toLocaleString('en')}`);
  }
  for (const [what, value, limitMs] of [
    ['a revocation at ten verifiers, p99', p99, 250],
    ['a revocation at ten verifiers, max', max, 1_000],
    ['an API key revoked at ten verifiers, p99', keys.p99, 250],
  ] as const)
    say(`${value <= limitMs ? 'met   ' : 'MISSED'}  ${what}: ${ms(value)}, target ${ms(limitMs)} at most`);
  say(`\n${((performance.now() - begun) / 1000).toFixed(0)} s`);
} finally {
  stub.stop();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
