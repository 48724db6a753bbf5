/** Reads the forms of our own pages. The engine reads its own bodies. */
import type { Context } from 'koa';
import { AppError } from '../../errors.ts';

/** No form of ours is larger; the engine's limit is the same order. Bytes. */
const limit = 56 * 1024;

/** The fields of an `application/x-www-form-urlencoded` body. Throws `too_large`, or `invalid` for anything else. */
export async function readForm(ctx: Context, most = limit): Promise<URLSearchParams> {
  if (!ctx.is('application/x-www-form-urlencoded')) {
    throw new AppError('invalid', 'Send this form as application/x-www-form-urlencoded');
  }
  const { body, whole } = await readStart(ctx, most);
  if (!whole) throw new AppError('too_large', `The form is larger than ${Math.floor(most / 1024)} KB`);
  const text = body.toString('utf8');
  if (/%00|\0/.test(text)) throw new AppError('invalid', 'The form contains a NUL character');
  return new URLSearchParams(text);
}

/** The body, read no further than `most` bytes and the rest of a chunk. Throws `invalid` when it breaks off. */
export async function readStart(ctx: Context, most: number): Promise<{ body: Buffer; whole: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Left early, the request must not be destroyed: its log line still asks it for the caller's address.
    for await (const chunk of ctx.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > most) break;
    }
  } catch {
    throw new AppError('invalid', 'The form broke off');
  }
  return { body: Buffer.concat(chunks), whole: size <= most };
}

/** One text field, empty when it is missing. */
export function field(form: URLSearchParams, name: string): string {
  return form.get(name) ?? '';
}
