/**
 * Clients register, change and delete themselves (RFC 7591, RFC 7592). Nobody vouches for them: they are never first-party or
 * verified, and people decide about everything that they ask for.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors.ts';
import { problemOfFields, RegistrationProblem, readRegistration } from '../policy/client/registration-request.ts';
import { isHandedOver } from '../policy/client/registration-types.ts';
import { type ClientDocument, saidFields } from '../policy/client/self-registration.ts';
import { shareBelow, tooManyUnused, type UnusedLimits, unusedLimits } from '../policy/client/unused-limits.ts';
import { type Network, networkOf } from '../policy/networks.ts';
import { pick } from '../policy/pick.ts';
import { formatScope, parseScope } from '../policy/scopes.ts';
import { formatSecret, lastFour } from '../policy/token-format.ts';
import { changeRegistration, findRegistration, insertRegistration } from '../store/client-registrations.ts';
import { type Client, findClient, findClientForEngine, lockClient } from '../store/clients.ts';
import type { Database, Db } from '../store/database.ts';
import { sha256 } from '../store/sealer.ts';
import type { Actor } from './actor.ts';
import { deleteClient } from './client-deletion.ts';
import { changeSelfDescribed, changesSomething, heldValues } from './self-described-change.ts';

/** How often an app may change its registration in an hour. People decide about an app that they know, and each change is audited. */
const maxChangesAnHour = 10;

export interface NewlyRegistered {
  readonly clientId: string;
  readonly issuedAt: Date;
  readonly metadata: ReturnType<typeof readRegistration>;
  readonly clientSecret: string | undefined;
  /** Undefined for a client that is shared: nobody manages it. */
  readonly registrationToken: string | undefined;
}

interface RegistrationLimits {
  /** Nothing is limited, except how many people share one client. */
  readonly off?: boolean;
  readonly limits?: UnusedLimits;
  /** How many people an app may have that is not verified; undefined: any number. */
  readonly peopleLimit?: number;
}

/** @throws RegistrationProblem, or AppError throttled */
export async function registerItself(
  db: Db,
  document: ClientDocument,
  actor: Actor,
  { off = false, limits = unusedLimits, peopleLimit }: RegistrationLimits = {},
): Promise<NewlyRegistered> {
  const metadata = readRegistration(document);
  const clientId = `vcs_dynamic_${randomBytes(12).toString('hex')}`;
  const clientSecret = usesSecret(metadata)
    ? formatSecret('vcs_cs_', randomBytes(33).toString('base64url'))
    : undefined;
  const token = formatSecret('vcs_ra_', randomBytes(33).toString('base64url'));
  const from: Network = networkOf(actor.ip ?? '');
  const registered = await insertRegistration(db, {
    ...from,
    clientId,
    metadata,
    tokenHash: sha256(token),
    digest: digestOf(metadata),
    secret: clientSecret === undefined ? undefined : { hash: sha256(clientSecret), lastFour: lastFour(clientSecret) },
    limits: off ? undefined : limits,
    shareBelow: peopleLimit === undefined ? undefined : shareBelow(peopleLimit),
    events: {
      created: {
        ...audited(actor, 'client.created', { after: { ...metadata, registration_type: 'dynamic' } }),
        target: `client:${clientId}`,
      },
      shared: audited(actor, 'client.shared', { network: from.network }),
    },
  });
  if (!registered) {
    throw new AppError('throttled', tooManyUnused, { retryAfterSeconds: 3600 });
  }
  return {
    clientId: registered.clientId,
    issuedAt: registered.createdAt,
    metadata,
    clientSecret,
    registrationToken: registered.shared ? undefined : token,
  };
}

/** Anybody who knows the id of a public client is that client, so two with the same values may be one. */
function digestOf(metadata: object & { readonly token_endpoint_auth_method: string }): Buffer | undefined {
  return metadata.token_endpoint_auth_method === 'none' ? sha256(JSON.stringify(metadata)) : undefined;
}

function audited({ id, requestId, ip }: Actor, action: string, details: object) {
  return { actor: id, action, details, requestId, ip };
}

/** A client and the token that manages it, which was checked. */
export interface Managed {
  readonly client: Client;
  readonly token: string;
  readonly issuedAt: Date;
}

/**
 * Returns undefined if the token does not manage this client: also if the client was given to an owner or made first-party, since
 * then they manage it.
 * @throws AppError forbidden if an admin has stopped the client
 */
export async function findManaged(db: Db, clientId: string, token: string): Promise<Managed | undefined> {
  const [registration, client] = [await findRegistration(db, clientId), await findClient(db, clientId)];
  if (!isHashOf(registration?.tokenHash, token) || !registration || !client || isHandedOver(client)) return undefined;
  if (client.status !== 'active') throw new AppError('forbidden', 'This app was suspended by an admin');
  return { client, token, issuedAt: registration.createdAt };
}

/**
 * Replaces what the client has said of itself. What an admin has decided holds, and the answer shows that. The secret stays too.
 * If everything stays as it is, nothing is written. With `off`, nothing is limited.
 * @throws RegistrationProblem, or AppError throttled
 */
export async function replaceRegistration(
  db: Database,
  { client: { client_id: clientId }, token }: Managed,
  document: ClientDocument,
  actor: Actor,
  { off = false }: { off?: boolean } = {},
): Promise<Client> {
  if (document.client_id !== clientId) throw invalid('client_id must be that of the address');
  const metadata = readRegistration(document);
  return db.transaction(async (trx) => {
    const before = await lockClient(trx, clientId);
    await checkSecret(trx, clientId, document.client_secret);
    if (isHandedOver(before)) throw handedOver();
    const registered = await findRegistration(trx, clientId);
    if (!registered || !isHashOf(registered.tokenHash, token)) throw lost();
    const said = pick(metadata, saidFields);
    const after = allowed(before, said, registered.scope);
    const isDecided = Boolean(before.admin_decisions?.scope) || after.scope === metadata.scope;
    const scope = isDecided ? metadata.scope : registered.scope;
    if (scope === registered.scope && !changesSomething(before, { said, after })) return before;
    if (!off && registered.changes >= maxChangesAnHour) throw tooManyChanges(registered.changesEndInSeconds);
    if (!(await changeRegistration(trx, clientId, { tokenHash: sha256(token).toString('hex'), scope }))) throw lost();
    return changeSelfDescribed(trx, before, { said, after, actor, action: 'client.updated' });
  });
}

function tooManyChanges(retryAfterSeconds: number): AppError {
  const message = `An app can change its registration ${maxChangesAnHour} times an hour. Try again later`;
  return new AppError('throttled', message, { retryAfterSeconds });
}

type Said = Pick<ReturnType<typeof readRegistration>, (typeof saidFields)[number]>;

/** What of it is registered: the rest is an admin's. @throws RegistrationProblem */
function allowed(before: Client, said: Said, registeredScope: string | undefined): Said {
  const within = before.admin_decisions?.scope ? {} : scopesAfter(before, registeredScope, said);
  const { values, problems } = heldValues(before, { ...said, ...within });
  if (usesSecret(before) !== usesSecret(values)) {
    throw invalid('token_endpoint_auth_method can’t begin or cease to need a secret: register another client');
  }
  if (Object.keys(problems).length > 0) throw problemOfFields(problems);
  return values;
}

/** Only an admin makes a client's scope differ from the one that it registered. Decisions of older servers are kept in no other way. */
function scopesAfter(before: Client, registered: string | undefined, wanted: Said) {
  const may = before.scope === registered ? parseScope(wanted.scope) : parseScope(before.scope);
  const within = (scope: string) => formatScope(parseScope(scope).filter((one) => may.includes(one)));
  return {
    scope: within(wanted.scope),
    default_scope: within(wanted.default_scope),
    optional_scope: within(wanted.optional_scope),
  };
}

async function checkSecret(trx: Db, clientId: string, secret: unknown): Promise<void> {
  if (secret === undefined || secret === null) return;
  const stored = await findClientForEngine(trx, clientId);
  const isRight = typeof secret === 'string' && stored?.secrets.some(({ hash }) => isHashOf(hash, secret));
  if (!isRight) throw invalid('client_secret is not that of this client');
}

function isHashOf(hash: string | null | undefined, presented: string): boolean {
  const expected = Buffer.from(hash ?? '', 'hex');
  const actual = sha256(presented);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** Ends everything of the client at once. @throws AppError conflict if the token has ended meanwhile */
export async function deleteItself(db: Db, { client, token }: Managed, actor: Actor): Promise<void> {
  const registered = await findRegistration(db, client.client_id);
  // From here on nobody else is given this client.
  const kept = await changeRegistration(db, client.client_id, {
    tokenHash: sha256(token).toString('hex'),
    scope: registered?.scope ?? client.scope,
  });
  if (!kept) throw lost();
  await deleteClient(db, client.client_id, { ...actor, powers: 'everything' });
}

const lost = () => new AppError('conflict', 'This registration token ended meanwhile');
const handedOver = () => new AppError('forbidden', 'This app is changed by its owner or an admin only');

const invalid = (message: string) => new RegistrationProblem('invalid_client_metadata', message);

function usesSecret({ token_endpoint_auth_method: method }: { token_endpoint_auth_method: string }): boolean {
  return method.startsWith('client_secret_');
}
