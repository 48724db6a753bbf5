/** vcauth config-docs: generates docs/configuration.md from the table in src/config/index.ts. */
import { writeFile } from 'node:fs/promises';
import { configurationMarkdown } from '../config/docs.ts';
import { command } from './command.ts';

const file = new URL('../../docs/configuration.md', import.meta.url);

export const configDocs = command({
  summary: 'Print docs/configuration.md, written from the table of settings',
  options: { write: { type: 'flag', doc: 'write the file instead' } },
  examples: ['config-docs', 'config-docs --write'],
  async run({ options, out }) {
    const markdown = configurationMarkdown();
    if (options.write) await writeFile(file, markdown);
    if (options.write) out.item({ written: 'docs/configuration.md' }, [['written', 'docs/configuration.md']]);
    else if (out.json) out.item({ markdown }, []);
    else out.text(markdown.trimEnd());
  },
});
