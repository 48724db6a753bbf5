/**
 * The only place that decides what a path is. The engine and the router ignore case and a trailing slash; everything in
 * front of them compares exactly. So a path is brought into its canonical form before anything reads it.
 */
import type Router from '@koa/router';
import type { Context, Next } from 'koa';
import { engineRoutes } from '../../oidc/patches/methods.ts';
import { healthPaths } from './health.ts';
import type { LazyRoom } from './lazy-room.ts';

/** Must run before everything that reads the path. The path as it was sent stays in `ctx.originalUrl`. */
export function onePath(routers: readonly Router[], rooms: readonly LazyRoom[]) {
  const pages = routers.flatMap((router) => router.stack.map(({ path }) => String(path)));
  const engine = [...Object.keys(engineRoutes), '/oauth/authorize/:uid', '/device/:uid'];
  const canonical = canonicalPaths([...engine, ...healthPaths, ...pages]);
  const ofRooms = new Map<LazyRoom, (path: string) => string>();
  return (ctx: Context, next: Next): Promise<void> => {
    const room = rooms.find(({ holds }) => holds(ctx.path));
    if (!room) return goOn(canonical);
    const known = ofRooms.get(room);
    return known ? goOn(known) : inRoom(room);

    function goOn(form: (path: string) => string): Promise<void> {
      const { path } = ctx;
      const meant = form(path);
      if (meant !== path) ctx.path = meant;
      return next();
    }

    /** If the room cannot be imported, the path stays as it is: what answers it will see the failure too, and report it. */
    async function inRoom(lazy: LazyRoom): Promise<void> {
      const opened = await lazy.open().catch(() => undefined);
      if (!opened) return next();
      const form = canonicalPaths(opened.addresses);
      ofRooms.set(lazy, form);
      return goOn(form);
    }
  };
}

/**
 * The canonical form of `path` among `addresses`, in which `:name` and `{name}` stand for one segment of any text; the
 * path itself if it matches none of them, or one of them exactly.
 */
export function canonicalPaths(addresses: readonly string[]): (path: string) => string {
  const fixed = new Set(addresses.filter((address) => !/[:{]/.test(address)));
  const folded = new Map([...fixed].map((address) => [address.toLowerCase(), address]));
  const patterns = addresses.filter((address) => !fixed.has(address)).map((address) => address.split('/').map(segment));
  return (path) => {
    if (fixed.has(path)) return path;
    const parts = path.split('/');
    if (patterns.some((pattern) => matches(pattern, parts))) return path;
    const bare = path.length > 2 && path.endsWith('/') ? path.slice(0, -1) : path;
    const known = folded.get(bare.toLowerCase());
    if (known !== undefined) return known;
    const foldedParts = bare.split('/');
    const pattern = patterns.find((one) => matches(one, foldedParts, (text) => text.toLowerCase()));
    return pattern ? pattern.map((text, index) => text ?? foldedParts[index]).join('/') : path;
  };
}

/** Undefined for a segment that stands for any text. */
const segment = (text: string): string | undefined => (/^[:{]/.test(text) ? undefined : text);

function matches(pattern: readonly (string | undefined)[], parts: readonly string[], fold = (text: string) => text) {
  if (pattern.length !== parts.length) return false;
  return pattern.every((text, index) =>
    text === undefined ? parts[index] !== '' : fold(text) === fold(parts[index] ?? ''),
  );
}
