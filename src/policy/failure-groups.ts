/**
 * Groups failures of the same kind, since a broken app repeats a mistake a thousand times. Failures of strangers form
 * groups of their own and come last, since anybody can cause a thousand kinds of them. Pure.
 */

interface Failed {
  readonly at: Date;
  readonly error: string;
  readonly wrong: string;
  readonly stranger: boolean;
  readonly parameters: Readonly<Record<string, string | null>>;
}

export interface FailureGroup<F extends Failed> {
  readonly newest: F;
  readonly count: number;
}

/** Groups failures since `since` by what was wrong. Groups are sorted by their newest failure; those of strangers come last. */
export function groupFailures<F extends Failed>(failures: readonly F[], since: Date): FailureGroup<F>[] {
  const groups = new Map<string, { newest: F; count: number }>();
  for (const failure of failures) {
    if (failure.at < since) continue;
    const key = `${failure.stranger} ${failure.error} ${failure.wrong} ${failure.parameters.redirect_uri ?? ''}`;
    const group = groups.get(key);
    if (!group) groups.set(key, { newest: failure, count: 1 });
    else {
      group.count += 1;
      if (failure.at > group.newest.at) group.newest = failure;
    }
  }
  return [...groups.values()].toSorted(
    ({ newest: a }, { newest: b }) => Number(a.stranger) - Number(b.stranger) || b.at.getTime() - a.at.getTime(),
  );
}
