/**
 * Ends secrets that were found where others can read them. Somebody may have used one already, so it ends at once, its
 * owner is told, and the audit log says where it was found. A report can be repeated: what has ended stays ended, and nobody is told
 * twice. The secrets themselves are stored nowhere.
 */
import { type LeakOutcome, type SecretKind, shownSecret } from '../policy/leaked-secrets.ts';
import type { Mail, MailFacts } from '../policy/mails.ts';
import { pick } from '../policy/pick.ts';
import type { RevocationReason, WebhookEvent } from '../policy/webhook-events.ts';
import { appendAudits, type NewAuditEvent } from '../store/audit.ts';
import { notifyClientsChanged } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { endLeaked, findLeaked, type KnownSecret } from '../store/leaked-secrets.ts';
import { insertMails } from '../store/mails.ts';
import { type Sealer, sha256 } from '../store/sealer.ts';
import { enqueueWebhooks } from '../store/webhook-outbox.ts';
import type { Actor } from './actor.ts';
import { requirePowerOverSecrets } from './powers.ts';
import { createRefreshTokens } from './refresh-token.ts';

export interface Leak {
  readonly kind: SecretKind;
  readonly secret: string;
  /** Addresses at which it was found, as `placeOf` returns them. */
  readonly places: readonly string[];
}

/** `works`: it was only looked for, and it works. */
export interface LeakResult extends Leak {
  readonly outcome: LeakOutcome | 'works';
  /** What it belongs to; absent if it is unknown. */
  readonly known?: Pick<KnownSecret, (typeof told)[number]>;
}

/** A reporter learns neither the hash of a secret nor the address of its owner. */
const told = ['id', 'account_id', 'client_id', 'name', 'is_last'] as const;

/** In one transaction. */
const atATime = 100;
/** Places in an event of the audit log, and secrets in a mail. */
const maxListed = 10;

/**
 * Returns what became of each secret, in their order. Each may be given once. With `dryRun`, nothing changes.
 * @throws AppError forbidden
 */
export async function revokeLeaked(
  { db, sealer }: { db: Db; sealer: Sealer },
  leaks: readonly Leak[],
  actor: Actor,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<LeakResult[]> {
  requirePowerOverSecrets(actor);
  const { parse } = createRefreshTokens(sealer);
  const hashOf = ({ kind, secret }: Leak) => (kind === 'refresh_token' ? parse(secret)?.handleHash : sha256(secret));
  const results: LeakResult[] = [];
  for (let from = 0; from < leaks.length; from += atATime) {
    const some = leaks.slice(from, from + atATime).map((leak) => ({ leak, hash: hashOf(leak)?.toString('hex') }));
    results.push(...(await revokeSome(db, some, actor, dryRun)));
  }
  return results;
}

/** A refresh token that this server did not issue has no hash. */
interface HashedLeak {
  readonly leak: Leak;
  readonly hash: string | undefined;
}

interface FoundLeak {
  readonly leak: Leak;
  readonly known: KnownSecret;
}

async function revokeSome(
  db: Db,
  some: readonly HashedLeak[],
  actor: Actor,
  dryRun: boolean,
): Promise<readonly LeakResult[]> {
  const found = await findAll(db, some);
  // Several refresh tokens may be of one family.
  const working = [...new Map(found.filter(({ known }) => known.works).map((one) => [one.known, one])).values()];
  const ended = dryRun || working.length === 0 ? new Set() : await db.transaction((trx) => endAll(trx, working, actor));
  const knownOf = new Map(found.map(({ leak, known }) => [leak, known]));
  return some.map(({ leak, hash }) => {
    const known = knownOf.get(leak);
    // The row of a family that has ended is gone, and only the token itself says that this server issued it.
    if (!known) return { ...leak, outcome: leak.kind === 'refresh_token' && hash !== undefined ? 'ended' : 'unknown' };
    const outcome = ended.has(known) ? 'revoked' : dryRun && known.works ? 'works' : 'ended';
    return { ...leak, outcome, known: pick(known, told) };
  });
}

async function findAll(db: Db, some: readonly HashedLeak[]): Promise<FoundLeak[]> {
  const of = (isToken: boolean) =>
    some.flatMap(({ leak: { kind }, hash }) =>
      hash !== undefined && (kind === 'refresh_token') === isToken ? [Buffer.from(hash, 'hex')] : [],
    );
  const known = await findLeaked(db, { hashes: of(false), handles: of(true) });
  const byHash = new Map(known.map((one) => [`${one.kind} ${one.hash}`, one]));
  return some.flatMap(({ leak, hash }) => {
    const one = byHash.get(`${leak.kind} ${hash}`);
    return one ? [{ leak, known: one }] : [];
  });
}

/** Returns those that ended now. One statement for each kind, and one each for the log, the mails and the webhooks. */
async function endAll(trx: Db, working: readonly FoundLeak[], actor: Actor): Promise<Set<KnownSecret>> {
  const byKind = await endLeaked(
    trx,
    working.map(({ known }) => known),
  );
  const ended = working.filter(({ known: { kind, id } }) => byKind.get(kind)?.has(id));
  if (ended.length === 0) return new Set();
  await appendAudits(trx, eventsOf(ended, actor));
  const changed = ended.flatMap(({ known: { kind, client_id: id } }) => (kind === 'client_secret' && id ? [id] : []));
  if (changed.length > 0) await notifyClientsChanged(trx, [...new Set(changed)]);
  const webhooks = ended.flatMap(webhookOf);
  if (webhooks.length > 0) await enqueueWebhooks(trx, webhooks);
  const mails = mailsOf(ended);
  if (mails.length > 0) await insertMails(trx, mails);
  return new Set(ended.map(({ known }) => known));
}

const actions: Readonly<Record<SecretKind, string>> = {
  api_key: 'api_key.leaked',
  client_secret: 'client.secret_leaked',
  registration_token: 'client.registration_token_leaked',
  refresh_token: 'refresh_token.leaked',
};

function eventsOf(ended: readonly FoundLeak[], { id: actor, requestId, ip, reason }: Actor): NewAuditEvent[] {
  return ended.map(({ leak: { secret, places }, known: { kind, id, account_id, client_id } }) => ({
    actor,
    action: actions[kind],
    target: targetOf(kind, { id, account_id, client_id }),
    details: {
      ...(reason !== undefined && { reason }),
      looks_like: shownSecret(secret),
      found_at: places.slice(0, maxListed),
      ...(kind === 'api_key' && { key_id: id }),
      ...(kind === 'client_secret' && { secret_id: id }),
      // The person whose app it is, or was, reads it among their activity.
      ...(kind !== 'api_key' && account_id !== null && { account: account_id }),
      ...(kind === 'refresh_token' && { client: client_id }),
    },
    requestId,
    ip,
  }));
}

function targetOf(
  kind: SecretKind,
  { id, account_id, client_id }: Pick<KnownSecret, 'id' | 'account_id' | 'client_id'>,
) {
  if (kind === 'api_key') return `account:${account_id}`;
  return kind === 'refresh_token' ? `grant:${id}` : `client:${client_id}`;
}

interface Told {
  readonly clientId: string;
  readonly type: WebhookEvent;
  readonly data: object;
}

/** Keys belong to people, and apps that registered themselves have no webhook. */
function webhookOf({ known: { kind, id, account_id: sub, client_id: clientId } }: FoundLeak): Told[] {
  const reason: RevocationReason = 'leaked';
  if (clientId === null) return [];
  if (kind === 'client_secret') return [{ clientId, type: 'client.secret_removed', data: { reason } }];
  if (kind !== 'refresh_token') return [];
  return [{ clientId, type: 'grant.revoked', data: { sub, reason, grant_id: id } }];
}

/** One for each person, about all of their secrets. */
function mailsOf(ended: readonly FoundLeak[]): Mail[] {
  const at = new Date().toISOString();
  const byPerson = new Map<string, { to: string; accountId: string; mine: FoundLeak[]; unowned: boolean }>();
  for (const one of ended) {
    for (const { id, email } of one.known.recipients) {
      const unowned = one.known.account_id !== id;
      const key = `${unowned} ${id}`;
      const person = byPerson.get(key) ?? { to: email, accountId: id, mine: [], unowned };
      person.mine.push(one);
      byPerson.set(key, person);
    }
  }
  return [...byPerson.values()].map(({ to, accountId, mine, unowned }) => ({
    kind: 'secrets_leaked',
    to,
    accountId,
    facts: {
      ...{ at, secrets: mine.slice(0, maxListed).map(factOf), more: Math.max(0, mine.length - maxListed) },
      ...(unowned && { unowned }),
    },
  }));
}

function factOf({ leak, known }: FoundLeak): MailFacts['secrets_leaked']['secrets'][number] {
  const { kind, name, client_id: client, is_last: last } = known;
  const [place] = leak.places;
  return {
    ...{ kind, shown: shownSecret(leak.secret), name },
    ...(client !== null && { client }),
    ...(place !== undefined && { place }),
    ...(last && { last }),
  };
}
