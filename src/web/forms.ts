/** Reads the forms of our own pages. The engine reads its own bodies. */
import type { Context } from 'koa';
import { AppError } from '../errors.ts';

/** No form of ours is larger; the engine's limit is the same order. Bytes. */
const limit = 56 * 1024;

/** The fields of an `application/x-www-form-urlencoded` body. Throws `invalid` for anything else. */
export async function readForm(ctx: Context): Promise<URLSearchParams> {
  if (!ctx.is('application/x-www-form-urlencoded')) {
    throw new AppError('invalid', 'Send this form as application/x-www-form-urlencoded');
  }
  const text = (await readBody(ctx)).toString('utf8');
  if (/%00|\0/.test(text)) throw new AppError('invalid', 'The form contains a NUL character');
  return new URLSearchParams(text);
}

async function readBody(ctx: Context): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Left early, the request must not be destroyed: its log line still asks it for the caller's address.
    for await (const chunk of ctx.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw new AppError('invalid', 'The form is too large');
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof AppError ? error : new AppError('invalid', 'The form broke off');
  }
  return Buffer.concat(chunks);
}

/** One text field, empty when it is missing. */
export function field(form: URLSearchParams, name: string): string {
  return form.get(name) ?? '';
}
