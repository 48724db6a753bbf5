/** vcauth leaked: ends secrets that were found where others can read them. */
import type { Actor } from '../operations/actor.ts';
import { type Leak, type LeakResult, revokeLeaked } from '../operations/leaked-secrets.ts';
import { findSecretsIn, placeInWords, shownSecret } from '../policy/leaked-secrets.ts';
import { command } from './command.ts';
import type { Installation } from './installation.ts';

const atATime = 100;
const progressIntervalMs = 2_000;

export const leakedCommand = command({
  summary: 'Find secrets of this server in a text at stdin, end those that work, and tell their owners',
  details:
    'API keys are revoked, client secrets end even if an app has no other, refresh tokens end their connection, registration\n' +
    'tokens manage no app any more. Any text will do, however long: a log, a commit, a dump. Other secrets, and those that have\n' +
    'ended already, are left alone, so it can be repeated. Exit status 0, also if nothing was found.',
  options: {
    'dry-run': { type: 'flag', doc: 'list what works, and end nothing' },
    'found-at': { type: 'text', value: 'PLACE', doc: 'where the text is; owners and the audit log are told' },
  },
  examples: [
    'leaked < found.txt',
    'leaked --dry-run < server.log',
    'leaked --found-at https://github.com/octo/repo/blob/main/.env < .env',
  ],
  async run({ options, out, here, terminal }) {
    const place = placeInWords(options['found-at'] ?? '');
    const places = place === undefined ? [] : [place];
    const dryRun = options['dry-run'] === true;
    const found = findSecretsIn(counted(terminal.readText(), out.note));
    const totals = { found: 0, revoked: 0 };
    const results = resultsOf(found, { here, places, dryRun, totals });
    const listAll = () =>
      out.list(results, {
        document: ({ secret, places: _, known, ...rest }) => ({ ...rest, looks_like: shownSecret(secret), ...known }),
        columns: {
          kind: ({ kind }) => kind,
          secret: ({ secret }) => shownSecret(secret),
          result: ({ outcome }) => outcome,
          'belongs to': ({ known }) => known?.client_id ?? known?.account_id ?? '–',
          name: ({ known }) => known?.name ?? '–',
          note: ({ known, outcome }) => (known?.is_last && outcome !== 'ended' ? 'the last secret of this app' : ''),
        },
        empty: 'The text has no secret of this server.',
      });
    // Every leaked secret must end, even if the reader stops early, as head does.
    await (dryRun ? listAll() : out.toTheEnd(listAll));
    if (totals.found > 0) out.note(`${totals.found} found, ${totals.revoked} ended now.`);
  },
});

interface Job {
  readonly here: Installation;
  readonly places: readonly string[];
  readonly dryRun: boolean;
  readonly totals: { found: number; revoked: number };
}

/** Pages of results, while the text is read. */
async function* resultsOf(
  found: AsyncIterable<Omit<Leak, 'places'>>,
  { here, places, dryRun, totals }: Job,
): AsyncGenerator<LeakResult[]> {
  const actor: Actor = here.actor();
  const end = async (leaks: readonly Leak[]) => {
    const deps = { db: await here.database(), sealer: await here.sealer() };
    const results = await revokeLeaked(deps, leaks, actor, { dryRun });
    totals.found += results.length;
    totals.revoked += results.filter(({ outcome }) => outcome === 'revoked').length;
    return results;
  };
  let waiting: Leak[] = [];
  for await (const one of found) {
    waiting.push({ ...one, places });
    if (waiting.length < atATime) continue;
    yield await end(waiting);
    waiting = [];
  }
  if (waiting.length > 0) yield await end(waiting);
}

/** Tells every two seconds how much was read. */
async function* counted(chunks: AsyncIterable<string>, note: (message: string) => void): AsyncGenerator<string> {
  let shownMs = performance.now();
  let chars = 0;
  for await (const chunk of chunks) {
    chars += chunk.length;
    if (performance.now() - shownMs >= progressIntervalMs) {
      shownMs = performance.now();
      note(`${Math.round(chars / 1e6)} MB read`);
    }
    yield chunk;
  }
}
