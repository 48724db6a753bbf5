/** One operation of the admin API: what it is called, what it needs and answers, and what it does. Data for all the rest. */
import { z } from 'zod';
import type { Actor } from '../../operations/actor.ts';
import type { AdminScope } from '../../policy/scopes.ts';
import type { Db } from '../../store/database.ts';
import type { AdminApiDeps } from './deps.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Fields = z.ZodObject<z.ZodRawShape>;

/** Who calls: a service, with the scopes that its token and its registration both have. */
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
  /** Of a list: how many there are in all. */
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
  /** Whether ETag is sent, and If-Match honoured by what changes something that is there. */
  readonly versioned: boolean;
  run(call: Call<never, never, never>): Promise<Answer>;
}

type Optional = 'params' | 'query' | 'body' | 'upload' | 'status' | 'list' | 'versioned' | 'run';

/** Fills in what most operations have in common and ties the types of what is sent to `run`. */
export function operation<
  Params extends Fields = typeof nothing,
  Query extends Fields = typeof nothing,
  Body extends Fields = typeof nothing,
>(
  given: Omit<Operation, Optional> &
    Partial<Pick<Operation, 'upload' | 'status' | 'list' | 'versioned'>> & {
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
    versioned: false,
  } as const;
  return { ...common, ...given } as unknown as Operation;
}

/** No fields at all. */
export const nothing = z.strictObject({});
