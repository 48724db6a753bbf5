/**
 * `npm run bench:gateway`: what the verifier and the reference gateway cost, each beside what one would have without
 * them, measured in turns (A B A B …) so that a busy machine is in both figures.
 */
import { pinToOneCpu } from '../pin.ts';
import { measureCalls } from './calls.ts';
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
  const rows = [
    ['verifies/s on one core, warm', verifies.warm, ''],
    ['verifies/s on one core, cold', verifies.cold, `${(verifies.cold / verifies.jose).toFixed(2)} of jose`],
    ['jose.jwtVerify alone', verifies.jose, ''],
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
  for (const [what, figure, note] of rows)
    say(`${what.padEnd(30)} ${Math.round(figure).toLocaleString('en').padStart(11)}  ${note}`);
  const targets: [what: string, figure: number, target: number][] = [
    ['warm, verifies/s', verifies.warm, 500_000],
    ['cold, beside jose', verifies.cold / verifies.jose, 0.8],
    ['gateway, beside the unchecked proxy', calls.share, 0.85],
  ];
  const ms = (figure: number) => `${figure.toFixed(0)} ms`;
  const { p50, p99, longest } = revocations;
  say(`the last of 10 verifiers refuses  p50 ${ms(p50)}, p99 ${ms(p99)}, longest ${ms(longest)}`);
  say('');
  for (const [what, figure, target] of targets) {
    const shown = figure > 1_000 ? Math.round(figure).toLocaleString('en') : figure.toFixed(2);
    say(`${figure >= target ? 'met   ' : 'MISSED'}  ${what}: ${shown}, target ${target.toLocaleString('en')}`);
  }
  for (const [what, figure, most] of [
    ['a revocation at ten verifiers, p99', p99, 250],
    ['a revocation at ten verifiers, longest', longest, 1_000],
  ] as const)
    say(`${figure <= most ? 'met   ' : 'MISSED'}  ${what}: ${ms(figure)}, target ${ms(most)} at most`);
  say(`\n${((performance.now() - begun) / 1000).toFixed(0)} s`);
} finally {
  stub.stop();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
