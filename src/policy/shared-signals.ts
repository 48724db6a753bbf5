/**
 * Which events of the audit log become Security Event Tokens (RFC 8417) of which type, about whom, and how far a receiver has
 * got (OpenID Shared Signals Framework 1.0, CAEP 1.0). Pure.
 */

const caep = 'https://schemas.openid.net/secevent/caep/event-type/';
const sessionRevoked = `${caep}session-revoked`;
const credentialChange = `${caep}credential-change`;
export const supportedEvents: readonly string[] = [sessionRevoked, credentialChange];
export const verificationEvent = 'https://schemas.openid.net/secevent/ssf/event-type/verification';

export const pollDelivery = 'urn:ietf:rfc:8936';
export const streamStatuses = ['enabled', 'paused', 'disabled'] as const;
export type StreamStatus = (typeof streamStatuses)[number];

export const signalBounds = {
  /** SETs in one answer. */
  maxEvents: 100,
  /** A receiver that comes back later has missed what is older. */
  keptSeconds: 7 * 24 * 3600,
  minVerificationSeconds: 60,
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
}

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
  if (endsSessions(event)) signals.push({ key: `${name}.s`, seq, type: sessionRevoked, subject, claims: common });
  for (const [credential, change] of credentialsOf(event)) {
    const claims = { credential_type: credential, change_type: change, ...common };
    signals.push({ key: `${name}.${credential}`, seq, type: credentialChange, subject, claims });
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
  const account = (details as { account?: unknown } | null)?.account;
  const user = typeof account === 'string' ? { user: person(account) } : {};
  const opaque = { format: 'opaque', id };
  if (kind === 'account') return person(id);
  if (kind === 'grant' && ofGrant.has(action)) return { format: 'complex', session: opaque, ...user };
  if (kind === 'client' && action === ofApp) return { format: 'complex', application: opaque, ...user };
  return undefined;
}

function initiatorOf({ actor, target, details, action }: RecordedEvent): 'user' | 'admin' | 'policy' | 'system' {
  if (action.endsWith('.reused') || action.endsWith('.leaked')) return 'policy';
  const owner = (details as { account?: unknown } | null)?.account;
  if (actor.startsWith('account:')) return actor === target || actor === `account:${owner}` ? 'user' : 'admin';
  return actor === 'cli' || actor.startsWith('cli:') ? 'admin' : 'system';
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
