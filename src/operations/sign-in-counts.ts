/** Counts what people show when they sign in, and how that ends, for metrics. In memory, since the start of the process. */
import { type Amr, assuranceOf } from '../policy/assurance.ts';
import type { LockSubject } from '../policy/lockout.ts';

/** What somebody shows. A code is of an authenticator app; `provider` is a sign-in at another provider. */
const factors = ['password', 'passkey', 'code', 'recovery_code', 'provider'] as const;
type Factor = (typeof factors)[number];

/** What may be counted for each factor: `ok`, or the problem as the operation that checks it names it. */
const outcomes = {
  password: ['ok', 'mismatch', 'throttled', 'change_required'],
  passkey: ['ok', 'refused', 'throttled', 'expired', 'used', 'copied'],
  code: ['ok', 'mismatch', 'throttled'],
  recovery_code: ['ok', 'mismatch', 'throttled'],
  provider: ['ok', 'unknown', 'not_asked', 'error'],
} as const satisfies Record<Factor, readonly string[]>;

export interface SignInCounts {
  /** Counts one answer to the question for a factor. */
  shown<Shown extends Factor>(factor: Shown, outcome: (typeof outcomes)[Shown][number]): void;
  /** Counts a sign-in that is complete, by the methods that it used. */
  finished(methods: readonly Amr[]): void;
  /** Counts a failure after which the next attempt has to wait. */
  locked(subject: LockSubject): void;
  readonly totals: {
    readonly factors: ReadonlyMap<
      string,
      { readonly factor: string; readonly outcome: string; readonly count: number }
    >;
    readonly finished: ReadonlyMap<string, number>;
    readonly locks: Readonly<Record<LockSubject, number>>;
  };
}

export function createSignInCounts(): SignInCounts {
  const shown = new Map<string, { factor: string; outcome: string; count: number }>();
  // They start at zero, so that the first failure is an increase.
  for (const factor of factors) {
    for (const outcome of outcomes[factor]) shown.set(`${factor} ${outcome}`, { factor, outcome, count: 0 });
  }
  const finished = new Map<string, number>();
  const locks = { account: 0, browser: 0, address: 0, second_step: 0, device_code: 0, client_secret: 0 };
  return {
    shown(factor, outcome) {
      const series = shown.get(`${factor} ${outcome}`);
      if (series) series.count += 1;
    },
    finished(methods) {
      const name = assuranceOf(methods).amr.join(' ');
      finished.set(name, (finished.get(name) ?? 0) + 1);
    },
    locked(subject) {
      locks[subject] += 1;
    },
    totals: { factors: shown, finished, locks },
  };
}

/** The outcome of an operation that checks a factor. */
export function outcomeOf<Result extends object>(result: Result): ProblemOf<Result> | 'ok' {
  return 'problem' in result ? (result.problem as ProblemOf<Result>) : 'ok';
}

type ProblemOf<Result> = Result extends { readonly problem: infer Problem extends string } ? Problem : never;
