/**
 * The Mann-Whitney U test: the probability of samples that differ this much or more, if both come from one distribution.
 * Two-sided, by the normal approximation with the correction for ties.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  const [n, m] = [a.length, b.length];
  const all = [...a.map((value) => ({ value, first: true })), ...b.map((value) => ({ value, first: false }))].toSorted(
    (x, y) => x.value - y.value,
  );
  let rankSum = 0;
  let ties = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end += 1;
    const size = end - start;
    const rank = (start + 1 + end) / 2;
    rankSum += rank * all.slice(start, end).filter(({ first }) => first).length;
    ties += size ** 3 - size;
    start = end;
  }
  const u = rankSum - (n * (n + 1)) / 2;
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  return variance === 0 ? 1 : 2 * (1 - normal(Math.abs(u - (n * m) / 2) / Math.sqrt(variance)));
}

/**
 * Whether times of two kinds can be told apart: in three series out of three, by a difference that equals show in one series of
 * a thousand. Other work of the machine makes a difference in one series; a leak makes it in each.
 */
export async function canBeToldApart(
  measure: (series: number) => Promise<readonly [readonly number[], readonly number[]]>,
): Promise<boolean> {
  for (let series = 0; series < 3; series += 1) if (mannWhitney(...(await measure(series))) > 0.001) return false;
  return true;
}

/** The distribution function of the standard normal distribution (Abramowitz and Stegun 26.2.17). */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}
