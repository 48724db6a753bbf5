/**
 * Fails if an advisory is known about a package that production installs, unless audit-allowed.json allows it for now. It asks the
 * registry. Many answer no audits, and some machines reach none: then it says so and does not fail, except with
 * `--must-answer`, as a release needs it. `npm run audit`
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { allowedSchema, judge } from './audit-report.ts';

const { values } = parseArgs({ options: { 'must-answer': { type: 'boolean', default: false } } });
const allowed = allowedSchema.parse(JSON.parse(readFileSync(new URL('audit-allowed.json', import.meta.url), 'utf8')));

/** With `offline` or without `audit` in the settings of a user, npm would report no advisory and ask nobody. */
const options = [
  '--omit=dev',
  '--package-lock-only',
  '--audit=true',
  '--offline=false',
  `--fetch-retries=${values['must-answer'] ? 2 : 0}`,
  '--fetch-timeout=30000',
];
const { stdout, stderr, error } = spawnSync('npm', ['audit', '--json', ...options], {
  cwd: new URL('../../', import.meta.url),
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
  timeout: 300_000,
});
if (error) throw error;
if (stdout.trim() === '') throw new Error(`npm audit printed nothing. ${stderr}`);

const { asked, failures, remarks } = judge(stdout, allowed, new Date().toISOString().slice(0, 10));
for (const line of failures) console.error(line);
for (const line of remarks) console.log(line);
if (failures.length > 0 || (values['must-answer'] && !asked)) process.exitCode = 1;
