/**
 * Reads bodies and queries. Refuses JSON that is too large, repeats a name or has characters that the database cannot store,
 * and queries that repeat a parameter.
 */
import type { Context } from 'koa';
import { invalid } from './refusal.ts';
import { repeatedNames } from './repeated-names.ts';

const maxJsonBytes = 64 * 1024;
/** Every documented body is less deep. */
const maxDepth = 8;

/**
 * Reads a body that is a file of one of these media types.
 * @throws Refusal if it is too large or of another type
 */
export async function readFile(
  ctx: Context,
  { types, maxBytes }: { types: readonly string[]; maxBytes: number },
): Promise<Buffer> {
  const bytes = await readBody(ctx, maxBytes);
  if (bytes.length > 0 && ctx.is(...types)) return bytes;
  throw invalid({ body: `must be a file, sent as Content-Type: ${types.join(' or ')}` });
}

/**
 * Returns the body, {} if there is none.
 * @throws Refusal that names the fields
 */
export async function readJson(ctx: Context): Promise<unknown> {
  const bytes = await readBody(ctx, maxJsonBytes);
  if (bytes.length === 0) return {};
  if (!ctx.is('application/json')) throw invalid({ body: 'must be sent as Content-Type: application/json' });
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid({ body: 'must be JSON' });
  }
  const problems = Object.create(null) as Record<string, string>;
  for (const name of repeatedNames(text)) problems[name] = 'must be given once';
  inspect(value, [], problems);
  if (Object.keys(problems).length > 0) throw invalid(problems);
  return value;
}

/** @throws Refusal if a parameter is repeated */
export function readQuery(ctx: Context): Record<string, string> {
  const problems = Object.create(null) as Record<string, string>;
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(ctx.querystring)) {
    if (Object.hasOwn(query, name)) problems[name] = 'must be given once';
    inspect(value, [name], problems);
    Object.defineProperty(query, name, { value, enumerable: true, configurable: true });
  }
  if (Object.keys(problems).length > 0) throw invalid(problems);
  return query;
}

async function readBody(ctx: Context, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Leaving the loop early must not destroy the request: that would close the connection before the answer is sent.
    for await (const chunk of ctx.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch {
    throw invalid({ body: 'broke off' });
  }
  if (size > maxBytes) throw invalid({ body: `must have at most ${maxBytes} bytes` });
  return Buffer.concat(chunks);
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid({ body: 'must be UTF-8' });
  }
}

/** PostgreSQL stores neither NUL nor half a surrogate pair, in text or in JSON. */
function inspect(value: unknown, path: readonly string[], problems: Record<string, string>): void {
  const note = (problem: string) => {
    problems[path.join('.')] ??= problem;
  };
  if (typeof value === 'string') {
    if (value.includes('\0')) note('must not have a NUL character');
    else if (!value.isWellFormed()) note('must be well-formed Unicode');
  }
  if (typeof value !== 'object' || value === null) return;
  if (path.length >= maxDepth) {
    note('is nested too deeply');
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    inspect(name, [...path, JSON.stringify(name).slice(1, -1)], problems);
    inspect(member, [...path, name], problems);
  }
}
