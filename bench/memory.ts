/** Resident memory of a server, and whether it grows. */
import { readFileSync } from 'node:fs';

/** Returns the resident memory of a process in bytes. */
export function rssOf(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return pages * 4_096;
}

/** Returns the growth from the second to the last third. In the first third caches are filled and code is compiled. */
export function growthOf(rss: readonly number[]): number {
  const third = Math.floor(rss.length / 3);
  const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
  return mean(rss.slice(-third)) / mean(rss.slice(third, 2 * third)) - 1;
}
