/**
 * The commands of the docs for developers, as a reader of this server's page copies them: from top to bottom in one shell, with
 * the demo data. Each prints what the page says; `…` stands for anything.
 */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer, testSecret } from '../support/server.ts';

const needed = ['bash', 'curl', 'jq', 'openssl'];
const missing = needed.filter((program) => spawnSync(program, ['--version']).error);
if (missing.length > 0) process.stdout.write(`skipped: the documented commands: no ${missing.join(', no ')}.\n`);

const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const checkout = fileURLToPath(new URL('../..', import.meta.url));
const separator = '\n==> the next block\n';

/** A page pauses where the API needs up to a second to hear of a revocation. On a busy machine the API may need longer. */
const untilRefused = `sleep() {
  for attempt in {1..1000}; do
    if curl -s "$ISSUER/playground/api/v1/projects" -H "Authorization: Bearer $ACCESS" | grep -q UNAUTHORIZED; then return; fi
    command sleep 0.05
  done
}`;

/** What a block printed, or the page says, without the differences between runs. */
const plain = (text: string): string => text.replaceAll(/\b[B-Z]{4}-[B-Z]{4}\b/g, 'USER-CODE').replaceAll(/\s+/g, '');

function expectSaid(printed: string, said: string): void {
  const parts = plain(said).split('…');
  const anything = new RegExp(`^${parts.map((part) => RegExp.escape(part)).join('.*')}$`);
  expect.soft(plain(printed), `the page says:\n${said}`).toMatch(anything);
}

let server: TestServer;
beforeAll(async () => {
  if (missing.length === 0) server = await startTestServer({ demo: true });
});
afterAll(() => server?.stop());

it.skipIf(missing.length > 0).each([
  ['app-developers', 10],
  ['mcp', 1],
])('the commands of the page %s print what the page says', async (name, fewest) => {
  const page = await (await fetch(`${server.issuer}/docs/${name}.md`)).text();
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$\n(?:\n```\n(.*?)^```$)?/gms)];
  expect(blocks.length).toBeGreaterThanOrEqual(fewest);
  const commands = blocks.map(([, code]) => `${code}printf '${separator.replaceAll('\n', '\\n')}'`).join('\n');
  // `npm run --silent vcauth -- …` without npm, which starts slowly, and in the checkout: the shell's files are elsewhere.
  const npm = `npm() { shift 4; (cd '${checkout}' && ${scripts.vcauth} "$@"); }`;
  const script = `${npm}\n${untilRefused}\n${commands}`;
  const env = { ...process.env, DATABASE_URL: server.databaseUrl, SECRETS: testSecret, ISSUER: server.issuer };
  const folder = await mkdtemp(join(tmpdir(), 'vcauth-commands-'));
  try {
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: folder, env });
    const printed = stdout.split(separator);
    for (const [at, [, , said]] of blocks.entries()) if (said !== undefined) expectSaid(printed[at] ?? '', said);
  } finally {
    await rm(folder, { recursive: true });
  }
});
