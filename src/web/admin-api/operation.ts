/** One operation of the admin API, as data: routing, validation and the OpenAPI document read it. */
import { z } from 'zod';
import type { Actor } from '../../operations/actor.ts';
import type { AdminScope } from '../../policy/scopes.ts';
import type { Db } from '../../store/database.ts';
import type { AdminApiDeps } from './deps.ts';
import { why, whyExample, whyQuery } from './why.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Fields = z.ZodObject<z.ZodRawShape>;

/** The calling service, with the scopes that both its token and its registration have. */
export interface Caller {
  readonly clientId: string;
  readonly scopes: readonly string[];
}

export interface Call<Params, Query, Body, Prepared = unknown> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  /** The body, if the operation takes a file; otherwise empty. */
  readonly file: Buffer;
  /** The caller, for the audit log. */
  readonly actor: Actor;
  /** For POST, the transaction that also stores the answer for an Idempotency-Key. */
  readonly db: Db;
  /** What `prepare` returned. */
  readonly prepared: Prepared;
  readonly deps: AdminApiDeps;
  /** The value of If-Match, if it was sent. */
  readonly ifMatch: string | undefined;
}

export interface Answer {
  readonly data: unknown;
  readonly etag?: string;
  /** Entries on all pages of a list. */
  readonly total?: number;
}

export interface Operation {
  /** The operationId, such as `clients.create`. */
  readonly id: string;
  readonly method: Method;
  /** Relative to /admin/v1, with parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly scopes: readonly AdminScope[];
  readonly params: Fields;
  readonly query: Fields;
  readonly body: Fields | undefined;
  /** For a body that is a file. */
  readonly upload: { readonly types: readonly string[]; readonly maxBytes: number } | undefined;
  /** A valid body. */
  readonly example?: object;
  readonly status: 200 | 201;
  /** The schema of `data`; for a list, of one row. */
  readonly data: z.ZodType;
  readonly list: boolean;
  /** Whether `reason` is required, in the body or, for DELETE, in the query. `run` finds it in its actor. */
  readonly needsReason: boolean;
  /** Whether answers have an ETag, and changes honour If-Match. */
  readonly versioned: boolean;
  /** Slow work, before the transaction of a POST: nothing is locked meanwhile. A repeated request does not repeat it. */
  prepare?(call: Call<never, never, never>): Promise<unknown>;
  run(call: Call<never, never, never, never>): Promise<Answer>;
}

type Optional =
  | 'params'
  | 'query'
  | 'body'
  | 'upload'
  | 'status'
  | 'list'
  | 'needsReason'
  | 'versioned'
  | 'prepare'
  | 'run';

/** Fills in defaults, and derives the types of the arguments of `run` from the schemas. */
export function operation<
  Params extends Fields = typeof nothing,
  Query extends Fields = typeof nothing,
  Body extends Fields = typeof nothing,
  Prepared = undefined,
>(
  given: Omit<Operation, Optional> &
    Partial<Pick<Operation, 'upload' | 'status' | 'list' | 'needsReason' | 'versioned'>> & {
      params?: Params;
      query?: Query;
      body?: Body;
      prepare?(call: Omit<Call<z.output<Params>, z.output<Query>, z.output<Body>>, 'prepared'>): Promise<Prepared>;
      run(call: Call<z.output<Params>, z.output<Query>, z.output<Body>, Prepared>): Promise<Answer>;
    },
): Operation {
  const common = {
    params: nothing,
    query: nothing,
    body: undefined,
    upload: undefined,
    status: 200,
    list: false,
    needsReason: false,
    versioned: false,
  } as const;
  const whole = { ...common, ...given } as Operation;
  return whole.needsReason ? withReason(whole) : whole;
}

function withReason(operation: Operation): Operation {
  const { method, query, body, example } = operation;
  if (method === 'DELETE') return { ...operation, query: query.extend({ reason: whyQuery }) };
  return {
    ...operation,
    body: (body ?? nothing).extend({ reason: why }),
    example: { ...example, reason: whyExample },
  };
}

/** Returns the reason that the caller gave; undefined if the operation does not need one. */
export function reasonGiven(
  { method, needsReason }: Operation,
  sent: { query: unknown; body: unknown },
): string | undefined {
  if (!needsReason) return undefined;
  return ((method === 'DELETE' ? sent.query : sent.body) as { reason: string }).reason;
}

/** No fields at all. */
export const nothing = z.strictObject({});
