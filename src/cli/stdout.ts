/** Standard output that reports failed writes: to the command if it asks, otherwise by the exit code. */
import { AppError } from '../errors.ts';

export interface Stdout {
  write(text: string): void;
  /**
   * Runs `work`, which prints a secret that is shown once, and undoes everything if it fails. Meanwhile failed writes
   * do not end the process; `written` throws them.
   */
  guard<T>(work: (written: () => Promise<void>) => Promise<T>): Promise<T>;
  /**
   * Runs `work`, which changes things while it prints, to its end, although a write fails: what it has not done yet matters more
   * than its output. A reader that stops early changes nothing; another failure is thrown when all is done.
   */
  insist(work: () => Promise<void>): Promise<void>;
}

export function openStdout(stream: NodeJS.WritableStream, fail: (problem: string | undefined) => never): Stdout {
  let guarded = false;
  let failure: NodeJS.ErrnoException | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failure ??= error;
    // A reader that stops early, as head does, has what it wanted.
    if (!guarded) fail(error.code === 'EPIPE' ? undefined : `The output cannot be written (${codeOf(error)}).`);
  });
  const settled = () =>
    new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      stream.write('', (error) => {
        failure ??= error ?? undefined;
        resolve(failure);
      });
    });
  const written = async () => {
    const failure = await settled();
    if (!failure) return;
    const message = `The output cannot be written (${codeOf(failure)}). Nothing was changed, and no secret was made.`;
    throw new AppError('unavailable', message);
  };
  return {
    write: (text) => void stream.write(text),
    async guard(work) {
      guarded = true;
      const result = await work(written);
      guarded = false;
      return result;
    },
    async insist(work) {
      guarded = true;
      await work();
      const failure = await settled();
      guarded = false;
      if (!failure || failure.code === 'EPIPE') return;
      throw new AppError('unavailable', `The output cannot be written (${codeOf(failure)}). Everything was done.`);
    },
  };
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message;
}
