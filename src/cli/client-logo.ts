/** vcauth clients set-logo, remove-logo. */
import { readFile } from 'node:fs/promises';
import { removeLogo, setLogo } from '../operations/client-logos.ts';
import { actorWithReason } from '../operations/client-record.ts';
import { readLogo } from '../operations/logo-image.ts';
import { printClient } from './client-print.ts';
import { command } from './command.ts';
import { reasonOption } from './reason.ts';
import { UsageError } from './usage-error.ts';

const setLogoCommand = command({
  summary: 'Give an app a logo from a file: PNG, JPEG or WebP, at most 1 MB',
  argument: { name: 'client_id' },
  options: {
    file: { type: 'text', value: 'PATH', required: true, doc: 'the picture; only its pixels are kept, as a square' },
  },
  examples: ['clients set-logo demo-app --file logo.png'],
  async run({ argument: id, options, out, here }) {
    const bytes = await readFile(options.file).catch((error: Error) => {
      throw new UsageError(`--file can’t be read: ${error.message}`);
    });
    const logo = await readLogo(bytes);
    printClient(out, await setLogo(await here.database(), id, logo, here.actor()));
  },
});

const removeLogoCommand = command({
  summary: 'Remove the logo of an app',
  argument: { name: 'client_id' },
  options: reasonOption,
  examples: ['clients remove-logo demo-app --reason "Shows somebody else’s mark."'],
  run: async ({ argument: id, options, out, here }) =>
    printClient(out, await removeLogo(await here.database(), id, actorWithReason(here.actor(), options.reason))),
});

export const logoCommands = { 'set-logo': setLogoCommand, 'remove-logo': removeLogoCommand };
