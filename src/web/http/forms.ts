/** Reads the forms of our own pages. The engine reads its own bodies. */
import type { Context } from 'koa';
import { AppError } from '../../errors.ts';

/** No form of ours is larger; the engine's limit has the same order of magnitude. */
const maxFormBytes = 56 * 1024;

/** The fields of an `application/x-www-form-urlencoded` body. @throws AppError too_large, or invalid for anything else */
export async function readForm(ctx: Context, maxBytes = maxFormBytes): Promise<URLSearchParams> {
  if (!ctx.is('application/x-www-form-urlencoded')) {
    throw new AppError('invalid', 'Send this form as application/x-www-form-urlencoded');
  }
  const { body, whole } = await readStart(ctx, maxBytes);
  if (!whole) throw new AppError('too_large', `The form is larger than ${Math.floor(maxBytes / 1024)} KB`);
  const text = body.toString('utf8');
  if (/%00|\0/.test(text)) throw new AppError('invalid', 'The form contains a NUL character');
  return new URLSearchParams(text);
}

interface Start {
  readonly body: Buffer;
  readonly whole: boolean;
}

/**
 * The beginning of the body: at most `maxBytes` and the rest of a chunk. Once `signal` is aborted, it resolves at once, and nothing
 * of the body is kept, however long the sender takes for the rest. @throws AppError invalid if the body breaks off
 */
export function readStart(ctx: Context, maxBytes: number, signal?: AbortSignal): Promise<Start> {
  const chunks: Buffer[] = [];
  const read = collect(ctx, { chunks, maxBytes, signal });
  if (!signal) return read;
  const aborted = new Promise<Start>((resolve) => {
    const letGo = () => {
      chunks.length = 0;
      resolve({ body: Buffer.alloc(0), whole: false });
    };
    signal.addEventListener('abort', letGo, { once: true });
  });
  return Promise.race([read, aborted]);
}

async function collect(
  ctx: Context,
  { chunks, maxBytes, signal }: { chunks: Buffer[]; maxBytes: number; signal: AbortSignal | undefined },
): Promise<Start> {
  let size = 0;
  try {
    // Leaving early must not destroy the request: its log line still needs the caller's address.
    for await (const chunk of ctx.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (signal?.aborted) break;
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) break;
    }
  } catch {
    throw new AppError('invalid', 'The form broke off');
  }
  return { body: Buffer.concat(chunks), whole: size <= maxBytes };
}

/** One text field, empty if it is missing. */
export function field(form: URLSearchParams, name: string): string {
  return form.get(name) ?? '';
}

/** Whether the search button was pressed, so that the form decides nothing. */
export const searches = (form: URLSearchParams): boolean => form.getAll('decision').join() === 'find';
