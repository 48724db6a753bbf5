/** One operation of the admin API: what it is called, what it needs and answers, and what it does. Data for all the rest. */
import { z } from 'zod';
import type { Actor } from '../../operations/actor.ts';
import type { AdminScope } from '../../policy/scopes.ts';
import type { Db } from '../../store/database.ts';
import type { AdminApiDeps } from './deps.ts';
import { why, whyExample, whyQuery } from './why.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Fields = z.ZodObject<z.ZodRawShape>;

/** The caller: a service, with the scopes that its token and its registration both have. */
export interface Caller {
  readonly clientId: string;
  readonly scopes: readonly string[];
}

export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  /** The bytes that were sent, where the operation takes a file. */
  readonly file: Buffer;
  /** The caller, for the audit log. */
  readonly actor: Actor;
  /** For POST one transaction, together with the answer that is kept for an Idempotency-Key. */
  readonly db: Db;
  readonly deps: AdminApiDeps;
  /** The value of If-Match, if it was sent. */
  readonly ifMatch: string | undefined;
}

export interface Answer {
  readonly data: unknown;
  readonly etag?: string;
  /** How many entries a list has on all of its pages. */
  readonly total?: number;
}

export interface Operation {
  /** `clients.create`: the operationId. */
  readonly id: string;
  readonly method: Method;
  /** Below /admin/v1, with parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly scopes: readonly AdminScope[];
  readonly params: Fields;
  readonly query: Fields;
  readonly body: Fields | undefined;
  /** Media types of a body that is a file, and the most bytes that it may have. */
  readonly upload: { readonly types: readonly string[]; readonly largest: number } | undefined;
  /** A body that works. */
  readonly example?: object;
  readonly status: 200 | 201;
  /** What `data` is; of a list one of its rows. */
  readonly data: z.ZodType;
  readonly list: boolean;
  /** Whether the caller must say why: `reason`, in the body or, for DELETE, in the query. `run` has it in its actor. */
  readonly asksWhy: boolean;
  /** Whether ETag is sent, and If-Match honoured by what changes something that is there. */
  readonly versioned: boolean;
  run(call: Call<never, never, never>): Promise<Answer>;
}

type Optional = 'params' | 'query' | 'body' | 'upload' | 'status' | 'list' | 'asksWhy' | 'versioned' | 'run';

/** Fills in what most operations have in common and ties the types of what is sent to `run`. */
export function operation<
  Params extends Fields = typeof nothing,
  Query extends Fields = typeof nothing,
  Body extends Fields = typeof nothing,
>(
  given: Omit<Operation, Optional> &
    Partial<Pick<Operation, 'upload' | 'status' | 'list' | 'asksWhy' | 'versioned'>> & {
      params?: Params;
      query?: Query;
      body?: Body;
      run(call: Call<z.output<Params>, z.output<Query>, z.output<Body>>): Promise<Answer>;
    },
): Operation {
  const common = {
    params: nothing,
    query: nothing,
    body: undefined,
    upload: undefined,
    status: 200,
    list: false,
    asksWhy: false,
    versioned: false,
  } as const;
  const whole = { ...common, ...given } as Operation;
  return whole.asksWhy ? askingWhy(whole) : whole;
}

function askingWhy(operation: Operation): Operation {
  const { method, query, body, example } = operation;
  if (method === 'DELETE') return { ...operation, query: query.extend({ reason: whyQuery }) };
  return {
    ...operation,
    body: (body ?? nothing).extend({ reason: why }),
    example: { ...example, reason: whyExample },
  };
}

/** Why the caller does it; undefined where the operation does not ask. */
export function reasonGiven(
  { method, asksWhy }: Operation,
  sent: { query: unknown; body: unknown },
): string | undefined {
  if (!asksWhy) return undefined;
  return ((method === 'DELETE' ? sent.query : sent.body) as { reason: string }).reason;
}

/** No fields at all. */
export const nothing = z.strictObject({});
