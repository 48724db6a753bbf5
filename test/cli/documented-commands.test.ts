/** Every vcauth command in the docs exists, with its options, and one to be copied has the options that it requires. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isCommand } from '../../src/cli/command.ts';
import { groups } from '../../src/cli/groups.ts';
import { common } from '../../src/cli/parse.ts';

const docs = [...readdirSync('docs'), ...readdirSync('docs/runbook').map((name) => `runbook/${name}`)];
const files = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', ...docs.map((name) => `docs/${name}`)];

/** The words after `vcauth`, up to the end of the command in the shell. */
function commandsIn(text: string): string[] {
  const joined = text.replaceAll(/\\\n\s*/g, ' ');
  const blocks = [...joined.matchAll(/^ *```\w*\n(.*?)^ *```$/gms)].flatMap(([, block]) => (block ?? '').split('\n'));
  const spans = [...joined.replaceAll(/^ *```.*?^ *```$/gms, '').matchAll(/`([^`]+)`/g)].map(([, span]) => span ?? '');
  return [...blocks, ...spans].flatMap((code) => {
    const [, words] = /(?<!\bthe)(?:^|[\s(])vcauth (?:-- )?([a-z][^|>;&)#]*)/.exec(code.replaceAll(/\s+/g, ' ')) ?? [];
    return words ? [words.trim()] : [];
  });
}

/** What is wrong with it; undefined if nothing is. */
async function problemOf(words: string): Promise<string | undefined> {
  const [noun = '', verb = ''] = words.split(' ');
  const group = await groups[noun]?.load();
  if (!group) return `no command ${noun}`;
  const command = isCommand(group) ? group : group[verb];
  if (!command) return verb.startsWith('-') || verb === '…' || verb === '' ? undefined : `no verb ${verb}`;
  const known = { ...command.options, ...common };
  const unknown = [...words.matchAll(/(?<= )--([\w-]+)/g)].filter(([, name]) => !(String(name) in known));
  if (unknown.length > 0) return `no option ${unknown.join(' ')}`;
  // A name without options stands for the command, and `…` for what is left out.
  if (words.split(' ').length < 3 || /…(?! *$)/.test(words.replaceAll(/_…|"[^"]*"/g, ''))) return undefined;
  const missing = Object.entries(command.options ?? {}).filter(
    ([name, option]) => option.required && !words.includes(` --${name}`),
  );
  return missing.length > 0 ? `--${missing.map(([name]) => name).join(' --')} is missing` : undefined;
}

it('every command in the docs exists, with its options', async () => {
  const found: string[] = [];
  let count = 0;
  for (const file of files.filter((name) => name.endsWith('.md'))) {
    for (const words of commandsIn(readFileSync(file, 'utf8'))) {
      count += 1;
      const problem = await problemOf(words);
      if (problem) found.push(`${file}: ${words}: ${problem}`);
    }
  }
  expect(count).toBeGreaterThan(80);
  expect(found).toEqual([]);
});
