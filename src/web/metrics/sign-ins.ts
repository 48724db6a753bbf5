/** Metrics of sign-ins: what people show, what completes, and what locks. */
import { Counter, type Registry } from 'prom-client';
import type { SignInCounts } from '../../operations/sign-in-counts.ts';
import { lockSubjects } from '../../policy/lockout.ts';

export function measureSignIns(registry: Registry, { totals }: SignInCounts): void {
  const registers = [registry];
  new Counter({
    name: 'sign_in_factors_total',
    help: 'Factors that somebody has shown, by factor and outcome (ok, or the problem); throttled: refused by a lock',
    labelNames: ['factor', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const { factor, outcome, count } of totals.factors.values()) this.inc({ factor, outcome }, count);
    },
  });
  new Counter({
    name: 'sign_ins_total',
    help: 'Complete sign-ins by the methods that they used (RFC 8176), as in amr',
    labelNames: ['methods'],
    registers,
    collect() {
      this.reset();
      for (const [methods, count] of totals.finished) this.inc({ methods }, count);
    },
  });
  new Counter({
    name: 'sign_in_locks_total',
    help: 'Failures after which further attempts have to wait, by what is locked',
    labelNames: ['subject'],
    registers,
    collect() {
      this.reset();
      for (const subject of lockSubjects) this.inc({ subject }, totals.locks[subject]);
    },
  });
}
