/**
 * Which events of the audit log become Security Event Tokens (RFC 8417) of which type, about whom, and how far a receiver has
 * got (OpenID Shared Signals Framework 1.0, CAEP 1.0). Pure.
 */

const caep = 'https://schemas.openid.net/secevent/caep/event-type/';
const sessionRevoked = `${caep}session-revoked`;
const credentialChange = `${caep}credential-change`;
export const supportedEvents: readonly string[] = [sessionRevoked, credentialChange];
const ssf = 'https://schemas.openid.net/secevent/ssf/event-type/';
const verificationEvent = `${ssf}verification`;
const streamUpdatedEvent = `${ssf}stream-updated`;

export const pollDelivery = 'urn:ietf:rfc:8936';
export const streamStatuses = ['enabled', 'paused', 'disabled'] as const;
export type StreamStatus = (typeof streamStatuses)[number];

export const signalBounds = {
  /** SETs in one answer. */
  maxEvents: 100,
  /** A receiver that comes back later has missed what is older. */
  keptSeconds: 7 * 24 * 3600,
  minVerificationSeconds: 60,
  /** People that a receiver may remove from its stream. */
  maxRemovedSubjects: 10_000,
} as const;

/** What the audit log says. */
export interface RecordedEvent {
  readonly sealed_seq: string;
  /** The beginning of its hash: after a restore another event may have the same place. */
  readonly hash: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly details: unknown;
}

export interface Signal {
  /** Names the signal within a stream. The same event has the same name in each request. */
  readonly key: string;
  readonly seq: bigint;
  readonly type: string;
  readonly subject: object;
  readonly claims: object;
  /** The account that it is about, if the log knows. */
  readonly person?: string | undefined;
}

/** A signal about the stream itself, which has no place in the log. */
export type StreamSignal = Omit<Signal, 'seq'>;

type Change = 'create' | 'revoke' | 'update' | 'delete';

/** The session of a person, or of all their apps, has ended. */
const ofAccount = new Set([
  'account.suspended',
  'account.deleted',
  'account.signed_out_everywhere',
  'account.password_set',
  'account.password_reset',
  'account.second_step_reset',
  'account.address_change_undone',
  'account.password_change_required',
  'account.ended_after_restore',
]);
/** One authorization has ended: its access and refresh tokens. */
const ofGrant = new Set([
  'grant.revoked',
  'refresh_token.revoked',
  'refresh_token.reused',
  'refresh_token.leaked',
  'authorization_code.reused',
  'device_code.reused',
]);
const ofApp = 'app.disconnected';

type Credential = readonly [type: 'app' | 'passkey' | 'password', change: Change];

const credentials: Readonly<Record<string, Credential>> = {
  'account.password_set': ['password', 'update'],
  'account.password_reset': ['password', 'update'],
  'account.passkey_added': ['passkey', 'create'],
  'account.passkey_removed': ['passkey', 'delete'],
  'account.second_step_on': ['app', 'create'],
  'account.second_step_replaced': ['app', 'update'],
  'account.second_step_off': ['app', 'delete'],
  'account.address_change_undone': ['password', 'delete'],
};

/** The actions that are read from the log. */
export const signalActions: readonly string[] = [...ofAccount, ...ofGrant, ofApp, ...Object.keys(credentials)];

/** Returns what a receiver is told of an event. */
export function signalsOf(event: RecordedEvent, issuer: string): Signal[] {
  const { sealed_seq: place, hash, at } = event;
  const subject = subjectOf(event, issuer);
  if (!subject) return [];
  const common = {
    event_timestamp: Math.floor(at.getTime() / 1000),
    initiating_entity: initiatorOf(event),
  };
  const seq = BigInt(place);
  const name = `${place}-${hash}`;
  const signals: Signal[] = [];
  const person = personOf(event);
  if (endsSessions(event)) {
    signals.push({ key: `${name}.s`, seq, type: sessionRevoked, subject, claims: common, person });
  }
  for (const [credential, change] of credentialsOf(event)) {
    const claims = { credential_type: credential, change_type: change, ...common };
    signals.push({ key: `${name}.${credential}`, seq, type: credentialChange, subject, claims, person });
  }
  return signals;
}

function endsSessions({ action, actor, target }: RecordedEvent): boolean {
  // An admin takes a passkey that may be in the wrong hands. A person who removes one stays signed in.
  if (action === 'account.passkey_removed') return actor !== target;
  return ofAccount.has(action) || ofGrant.has(action) || action === ofApp;
}

function credentialsOf({ action, details }: RecordedEvent): readonly Credential[] {
  if (action === 'account.second_step_reset') {
    const { app, passkeys } = (details ?? {}) as { app?: unknown; passkeys?: unknown };
    return [
      ...(app === true ? [['app', 'delete'] as const] : []),
      ...(Number(passkeys) > 0 ? [['passkey', 'delete'] as const] : []),
    ];
  }
  const one = credentials[action];
  return one ? [one] : [];
}

/** Subject identifiers (RFC 9493): a person by `iss_sub`, an authorization and an app by what tokens call them. */
function subjectOf({ action, target, details }: RecordedEvent, issuer: string): object | undefined {
  const [, kind, id = ''] = /^(\w+):(.+)$/s.exec(target) ?? [];
  const person = (sub: string) => ({ format: 'iss_sub', iss: issuer, sub });
  const account = accountIn(details);
  const user = account === undefined ? {} : { user: person(account) };
  const opaque = { format: 'opaque', id };
  if (kind === 'account') return person(id);
  if (kind === 'grant' && ofGrant.has(action)) return { format: 'complex', session: opaque, ...user };
  if (kind === 'client' && action === ofApp) return { format: 'complex', application: opaque, ...user };
  return undefined;
}

function accountIn(details: unknown): string | undefined {
  const account = (details as { account?: unknown } | null)?.account;
  return typeof account === 'string' ? account : undefined;
}

const personOf = ({ target, details }: RecordedEvent): string | undefined =>
  target.startsWith('account:') ? target.slice('account:'.length) : accountIn(details);

/** Returns the account of a subject that names a person of this issuer; undefined for all other subjects. */
export function personIn(subject: unknown, issuer: string): string | undefined {
  const { format, iss, sub } = (subject ?? {}) as { format?: unknown; iss?: unknown; sub?: unknown };
  return format === 'iss_sub' && iss === issuer && typeof sub === 'string' && /^[\w-]{1,100}$/.test(sub)
    ? sub
    : undefined;
}

function initiatorOf({ actor, target, details, action }: RecordedEvent): 'user' | 'admin' | 'policy' | 'system' {
  if (action.endsWith('.reused') || action.endsWith('.leaked')) return 'policy';
  const owner = accountIn(details);
  if (actor.startsWith('account:')) return actor === target || actor === `account:${owner}` ? 'user' : 'admin';
  return actor === 'cli' || actor.startsWith('cli:') ? 'admin' : 'system';
}

interface StreamFacts {
  readonly stream_id: string;
  readonly status: StreamStatus;
  readonly status_reason: string | null;
  readonly update_id: string | null;
  readonly verify_id: string | null;
  readonly verify_state: string | null;
}

export const [updatePrefix, verifyPrefix] = ['u.', 'v.'];

/** What waits about the stream itself. A change of its status by this server is told whatever the status (SSF 1.0 §8.1.5). */
export function streamSignalsOf(stream: StreamFacts): StreamSignal[] {
  const { status, status_reason: reason, update_id: update, verify_id: verify, verify_state: state } = stream;
  const subject = { format: 'opaque', id: stream.stream_id };
  const signals: StreamSignal[] = [];
  if (update !== null) {
    const claims = { status, ...(reason !== null && { reason }) };
    signals.push({ key: `${updatePrefix}${update}`, type: streamUpdatedEvent, subject, claims });
  }
  if (verify !== null && status === 'enabled') {
    const claims = state === null ? {} : { state };
    signals.push({ key: `${verifyPrefix}${verify}`, type: verificationEvent, subject, claims });
  }
  return signals;
}

/** What a receiver gets next, and where it stands then. */
export interface Progress {
  readonly pending: readonly Signal[];
  /** Everything up to this place is acknowledged. */
  readonly readSeq: bigint;
  /** What is acknowledged beyond. */
  readonly acknowledged: readonly string[];
}

/** `signals` are all between `readSeq` and `through`; `acknowledged` what the receiver has acknowledged of them, now or before. */
export function progressOf(signals: readonly Signal[], acknowledged: ReadonlySet<string>, through: bigint): Progress {
  const pending = signals.filter(({ key }) => !acknowledged.has(key));
  const [first] = pending;
  const readSeq = first ? first.seq - 1n : through;
  const beyond = signals.filter(({ key, seq }) => seq > readSeq && acknowledged.has(key));
  return { pending, readSeq, acknowledged: beyond.map(({ key }) => key) };
}
