/** vcauth doctor: looks at what the server needs, and says what to do. */
import type { Settings } from '../config/settings.ts';
import { AppError } from '../errors.ts';
import { createSealer } from '../store/sealer.ts';
import { listSigningKeys } from '../store/signing-keys.ts';
import { command } from './command.ts';
import { checkAuditRetention } from './doctor/audit-retention.ts';
import { checkAuditStream } from './doctor/audit-stream.ts';
import { checkDatabase } from './doctor/database.ts';
import { checkDisk } from './doctor/disk.ts';
import { type Finding, findingsOf } from './doctor/finding.ts';
import { checkKeys } from './doctor/keys.ts';
import { checkMail } from './doctor/mail.ts';
import { checkPooler } from './doctor/pooler.ts';
import { checkReplica } from './doctor/replica.ts';
import type { Installation } from './installation.ts';
import { UsageError } from './usage-error.ts';

export const doctorCommand = command({
  summary: 'Check configuration, database, clock, keys, audit stream, mail and disk, and say what to do',
  details:
    'It migrates nothing and sends no mail. The exit code is 1 if there is a problem; warnings do not change it. With --url it also\n' +
    'asks the server at its public address what it sees of this request, and looks at certificate, metadata, keys and clock.',
  options: { url: { type: 'text', value: 'URL', doc: 'the address that people see: ask there too' } },
  examples: ['doctor', 'doctor --url https://auth.example.com', 'doctor --json'],
  async run({ options, out, here }) {
    const findings = await examine(here, readUrl(options.url));
    out.item(
      { findings },
      findings.map(({ check, state, says }) => [`${state.padEnd(7)}  ${check}`, says]),
    );
    const problems = findings.filter(({ state }) => state === 'problem').length;
    if (problems > 0) throw new AppError('conflict', `Problems found: ${problems}.`);
  },
});

/** An origin, or nothing. */
function readUrl(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  const isOrigin =
    url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.username === '';
  if (!isOrigin) throw new UsageError('--url must be an origin such as https://auth.example.com.');
  return url;
}

async function examine(here: Installation, url: URL | undefined): Promise<Finding[]> {
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
          await settled('replica', () => checkReplica(db.value, settings.databaseReplicaUrl)),
          await settled('audit stream', () => checkAuditStream(db.value, settings)),
          await settled('audit log', () => checkAuditRetention(db.value, settings)),
        ]
      : [db];
  const pooler = await settled('pooler', () => checkPooler('value' in db ? db.value : undefined, settings));
  const asked = url ? [await settled('address', () => askPublic(url, here, settings))] : [];
  const found = [...more, pooler, mail, disk, ...asked].flatMap((one) => ('value' in one ? one.value : one));
  return [configuration.ok(`The issuer is ${settings.issuer}.`), ...found];
}

async function askPublic(url: URL, here: Installation, settings: Settings): Promise<Finding[]> {
  const { checkPublic } = await import('./doctor/public.ts');
  const own = settings.secrets && createSealer(settings.secrets);
  const sealer = own ?? (await here.sealer().catch(() => undefined));
  const keys = await here.connection().then(listSigningKeys, () => undefined);
  const signing = keys?.filter(({ state }) => state === 'current').map(({ kid }) => kid);
  return checkPublic(url, { settings, sealer, signing });
}

/** What fails is a problem of its own, so that the other checks go on. */
async function settled<T>(check: string, work: () => Promise<T>): Promise<{ value: T } | Finding> {
  try {
    return { value: await work() };
  } catch (error) {
    return findingsOf(check).problem((error as Error).message);
  }
}
