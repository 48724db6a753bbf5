/** Processes of a program that a test has started. Linux only. */
import { readFile } from 'node:fs/promises';

/** The processes that it has started itself. */
export async function childrenOf(pid: number): Promise<number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return listed.split(' ').filter(Boolean).map(Number);
}
