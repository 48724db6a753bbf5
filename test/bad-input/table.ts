/**
 * The shared runner: one row is one hostile request and one test. Whatever is sent, the answer is the one that its RFC
 * names, reveals nothing of our internals, carries the headers of every answer, and leaves every table unchanged.
 */
import { expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import type { TestServer } from '../support/server.ts';
import { type Answer, type Sent, send } from './wire.ts';

export interface Row {
  readonly name: string;
  /** A function if the request needs values that only the running server has. */
  readonly send: Sent | (() => Sent | Promise<Sent>);
  readonly status: number;
  /** `error` of the JSON answer, or of the redirect to the app. */
  readonly error?: string;
  /** Text of the page, or of the header `Location`. */
  readonly text?: RegExp;
  readonly location?: RegExp;
  /** Why the request may write something after all. */
  readonly writes?: string;
  readonly also?: (answer: Answer) => unknown;
}

export function itAnswers(server: () => TestServer, rows: readonly Row[]): void {
  it.each(rows)('$name: $status $error', async (row) => {
    const { issuer, db } = server();
    const sent = typeof row.send === 'function' ? await row.send() : row.send;
    const before = await fingerprint(db);
    const answer = await send(issuer, sent);
    expect([answer.status, errorOf(answer)], answer.text).toEqual([row.status, row.error]);
    if (row.text) expect(answer.text).toMatch(row.text);
    if (row.location) expect(answer.headers.get('location')).toMatch(row.location);
    expectInnocent(answer);
    await row.also?.(answer);
    if (!row.writes) expect(await fingerprint(db)).toEqual(before);
  });
}

/** The answer to a body above the bound, for programs (RFC 6749 §5.2) and for people. */
export const tooLarge = { status: 413, error: 'invalid_request', text: /larger than 56 KB/ };
export const tooLargePage = { status: 413, text: /This form is too large/ };

/** `error` where a program looks for it: in the JSON body, or in the redirect, including its fragment. */
function errorOf({ headers, text }: Answer): string | undefined {
  if (headers.get('content-type')?.startsWith('application/json')) return JSON.parse(text || '{}').error;
  const location = headers.get('location');
  return (location && answerOf(location).get('error')) || undefined;
}

/** The parameters of a redirect to the app. */
export function answerOf(location: string): URLSearchParams {
  const { hash, search } = new URL(location, 'http://localhost');
  return new URLSearchParams(hash ? hash.slice(1) : search);
}

const inside = [
  /\bat [\w.<>]+ \(|node:internal|node_modules|\.(ts|js):\d+/,
  /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b .*\b(FROM|SET|VALUES|WHERE)\b|syntax error|invalid byte sequence|\b22P0[25]\b/,
  /\b(Type|Reference|Range|Syntax|URI|Assertion)Error\b|\bundefined\b|\[object |\boops\b/i,
];

/** What holds for every answer that the application itself gives. */
export function expectInnocent({ status, headers, text }: Answer, { referrer = 'no-referrer' } = {}): void {
  expect(status).toBeLessThan(500);
  for (const trace of inside) expect(text).not.toMatch(trace);
  expect(headers.get('x-request-id')).toMatch(/^req_[\w-]{16}$/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe(referrer);
  expect(headers.get('cross-origin-opener-policy')).toBeNull();
  expect(headers.get('strict-transport-security')).toBeNull();
  const policy = headers.get('content-security-policy') ?? '';
  for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"])
    expect(policy).toContain(part);
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|form-action|\*/);
  expect(headers.get('cache-control')).toMatch(status === 200 ? /no-store|public/ : /no-store/);
  for (const cookie of headers.getSetCookie()) {
    const taken = /^[\w.-]+=;/.test(cookie);
    if (!taken) expect(cookie).toMatch(/; samesite=lax.*; httponly|; httponly.*; samesite=lax/i);
  }
}

/**
 * Every table, as its number of rows and a hash of their content. It leaves out what a request may touch without
 * changing anything: when a secret or session was last seen, and what is written some seconds later, perhaps because of an
 * earlier request: records of failed requests (see operations/client-activity) and seals of audit events.
 */
export async function fingerprint(db: Database): Promise<Record<string, string>> {
  statement ??= await statementOver(db);
  const { rows } = await db.pgPool.query({ name: 'fingerprint', text: statement });
  return Object.fromEntries(rows.map(({ name, print }) => [name, print]));
}

const touched = ['last_used_at', 'last_seen_at'];
/** What the background work changes of a mail. */
const sending = ['status', 'attempts', 'error', 'due_at', 'delete_at'];

const gathered = ['client_figures', 'daily_figures', 'client_uses', 'failed_requests', 'audit_unsealed', 'audit_seals'];

/** The same in every test database. It is sent twice for each row of a table, so it sorts nothing. */
let statement: string | undefined;

async function statementOver(db: Database): Promise<string> {
  const { rows } = await db.pgPool.query<{ name: string; columns: string[] }>(
    `SELECT table_name AS name, json_agg(column_name ORDER BY ordinal_position) AS columns
     FROM information_schema.tables JOIN information_schema.columns USING (table_schema, table_name)
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' GROUP BY 1 ORDER BY 1`,
  );
  const parts = rows
    .filter(({ name }) => !gathered.includes(name))
    .map(({ name, columns }) => {
      const left = columns.filter((column) => ![...touched, ...(name === 'mails' ? sending : [])].includes(column));
      const row = `ROW(${left.map((column) => `t."${column}"`).join(', ')})::text`;
      return `SELECT '${name}' AS name, count(*) || ' rows ' || coalesce(sum(hashtextextended(${row}, 0)), 0) AS print FROM "${name}" t`;
    });
  return parts.join(' UNION ALL ');
}
