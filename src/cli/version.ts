/** vcauth version: which release this is, and which database it belongs to. */
import packageJson from '../../package.json' with { type: 'json' };
import { landed } from '../store/migrate.ts';
import { readMigrations } from '../store/migration-files.ts';
import { command } from './command.ts';

export const versionCommand = command({
  summary: 'Print the version of this program, of Node, and of the newest migration',
  options: {},
  examples: ['version', 'version --json'],
  async run({ out }) {
    const migration = (await readMigrations(landed)).at(-1)?.name ?? '';
    const { version } = packageJson;
    out.item({ version, node: process.version, migration }, [
      ['version', version],
      ['node', process.version],
      ['migration', migration],
    ]);
  },
});
