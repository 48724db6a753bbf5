/** vcauth doctor: looks at what the server needs, and says what to do. */
import { AppError } from '../errors.ts';
import { command } from './command.ts';
import { checkAuditStream } from './doctor/audit-stream.ts';
import { checkDatabase } from './doctor/database.ts';
import { checkDisk } from './doctor/disk.ts';
import { type Finding, findingsOf } from './doctor/finding.ts';
import { checkKeys } from './doctor/keys.ts';
import { checkMail } from './doctor/mail.ts';
import type { Installation } from './installation.ts';

export const doctorCommand = command({
  summary: 'Check configuration, database, clock, keys, audit stream, mail and disk, and say what to do',
  details:
    'It migrates nothing and sends no mail. The exit code is 1 if there is a problem; warnings do not change it.',
  options: {},
  examples: ['doctor', 'doctor --json'],
  async run({ out, here }) {
    const findings = await examine(here);
    out.item(
      { findings },
      findings.map(({ check, state, says }) => [`${state.padEnd(7)}  ${check}`, says]),
    );
    const problems = findings.filter(({ state }) => state === 'problem').length;
    if (problems > 0) throw new AppError('conflict', `Problems found: ${problems}.`);
  },
});

async function examine(here: Installation): Promise<Finding[]> {
  const configuration = findingsOf('configuration');
  const config = await settled('configuration', async () => here.config());
  if (!('value' in config)) return [config];
  const { value: settings } = config;
  const [mail, disk, db] = await Promise.all([
    settled('mail', () => checkMail(settings)),
    settled('disk', () => checkDisk(settings.dataDir)),
    settled('database', () => here.connection()),
  ]);
  const more =
    'value' in db
      ? [
          await settled('database', () => checkDatabase(db.value, settings)),
          await settled('keys', () => checkKeys(db.value)),
          await settled('audit stream', () => checkAuditStream(db.value, settings)),
        ]
      : [db];
  const found = [...more, mail, disk].flatMap((one) => ('value' in one ? one.value : one));
  return [configuration.ok(`The issuer is ${settings.issuer}.`), ...found];
}

/** What fails is a problem of its own, so that the other checks go on. */
async function settled<T>(check: string, work: () => Promise<T>): Promise<{ value: T } | Finding> {
  try {
    return { value: await work() };
  } catch (error) {
    return findingsOf(check).problem((error as Error).message);
  }
}
