/**
 * Rooms of the web that a server may never be asked for. Each is imported with the first request below its prefix, so that
 * a start does not read it and an idle server does not hold it.
 */
import type Router from '@koa/router';
import type { Context, Middleware, Next } from 'koa';

/** What an imported room consists of. */
export interface Room {
  /** Its addresses, in which `:name` and `{name}` stand for a segment. */
  readonly addresses: readonly string[];
  readonly routers: readonly Router[];
  readonly middleware: Middleware;
}

export interface LazyRoom {
  /** Whether a path is of this room, however it is written. */
  holds(path: string): boolean;
  /** Imports it once. Concurrent callers share the import; after a failure the next caller tries again. */
  open(): Promise<Room>;
  /** The room if it was imported. */
  readonly opened: Room | undefined;
}

/** A room is below its prefixes; a pattern is a prefix that is not the same for everybody, in lower case. */
export function createLazyRoom(prefixes: readonly (string | RegExp)[], load: () => Promise<Room>): LazyRoom {
  const open = shared(load);
  let opened: Room | undefined;
  return {
    holds(path) {
      const lower = path.toLowerCase();
      return prefixes.some((prefix) =>
        typeof prefix === 'string' ? lower === prefix || lower.startsWith(`${prefix}/`) : prefix.test(lower),
      );
    },
    async open() {
      opened ??= await open();
      return opened;
    },
    get opened() {
      return opened;
    },
  };
}

/** A room that consists of one router. */
export function roomOf(router: Router): Room {
  const addresses = router.stack.filter(({ methods }) => methods.length > 0).map(({ path }) => String(path));
  return { addresses, routers: [router], middleware: router.routes() as Middleware };
}

/** Answers requests below the prefixes of the rooms; the first room that holds a path answers. */
export function answerIn(rooms: readonly LazyRoom[]): Middleware {
  return async (ctx: Context, next: Next) => {
    const room = rooms.find(({ holds }) => holds(ctx.path));
    return room ? (await room.open()).middleware(ctx, next) : next();
  };
}

/**
 * Calls `load` once and gives its result to everybody. A failure is given to those who wait for it, and is forgotten. (Node
 * reads a file again that it could not read, but does not evaluate a module twice.)
 */
export function shared<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
