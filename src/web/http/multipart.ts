/** Reads a form of our own pages that carries one file (RFC 7578). */
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { Context } from 'koa';
import { AppError } from '../../errors.ts';
import { readStart } from './forms.ts';

/** Room beside the file: names, boundaries, and the few fields that such a form has. */
const maxFieldsBytes = 64 * 1024;
const limits = { files: 1, fields: 10, parts: 11, fieldSize: 16 * 1024, fieldNameSize: 100, headerPairs: 20 };

interface Sent {
  readonly form: URLSearchParams;
  /** One byte more than `maxFileBytes` if the file is larger than that, and no more. */
  readonly file: Buffer;
}

/**
 * The fields of the form and the bytes of its file, empty if none was chosen. @throws AppError too_large, or invalid for
 * anything else
 */
export async function readMultipart(ctx: Context, maxFileBytes: number): Promise<Sent> {
  const { body, whole } = await readStart(ctx, maxFileBytes + maxFieldsBytes);
  const sent = await parse(open(ctx.get('Content-Type'), maxFileBytes + 1), body, whole);
  if (!whole && sent.file.length <= maxFileBytes) throw new AppError('too_large', 'The form is too large');
  return sent;
}

function parse(parser: BusboyInstance, body: Buffer, whole: boolean): Promise<Sent> {
  const form = new URLSearchParams();
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const refuse = (message: string, kind: 'invalid' | 'too_large' = 'invalid') => reject(new AppError(kind, message));
    const broken = () => refuse('The form broke off');
    const done = () => resolve({ form, file: Buffer.concat(chunks) });
    parser.on('field', (name, value, nameCut, valueCut) => {
      if (nameCut || valueCut) refuse('The form is too large', 'too_large');
      else if (/\0/.test(name + value)) refuse('The form contains a NUL character');
      else form.append(name, value);
    });
    parser.on('file', (_name, stream) => {
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', broken);
    });
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
      parser.on(limit, () => refuse('The form has too many parts'));
    }
    parser.on('error', broken);
    parser.on('finish', done);
    if (whole) parser.end(body);
    else parser.write(body, done);
  });
}

function open(type: string, fileSize: number): BusboyInstance {
  try {
    if (!/^multipart\/form-data\s*;/i.test(type)) throw new TypeError(type);
    return new Busboy({ headers: { 'content-type': type }, limits: { ...limits, fileSize } });
  } catch {
    throw new AppError('invalid', 'Send this form as multipart/form-data');
  }
}
