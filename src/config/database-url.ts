/**
 * Parses the forms of a PostgreSQL address that are supported, as libpq documents them. Pure; it reads no file.
 * Unsupported parameters are refused by name, because somebody may rely on a parameter that was silently ignored.
 */

export interface DatabaseAddress {
  /** In the order in which they are tried. A host that begins with `/` is the folder of a socket. */
  readonly hosts: readonly DatabaseHost[];
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly tls: 'disable' | 'no-verify' | 'verify-ca' | 'verify-full' | undefined;
  /** Paths of PEM files. */
  readonly files: Readonly<Partial<Record<FileParameter, string>>>;
  /** Whether the host must be writable. */
  readonly mustWrite: boolean;
  /** Whether a pooler gives each transaction another server process, so that a connection keeps nothing. */
  readonly sharesSessions: boolean;
  /** Parameters that are passed to the driver unchanged. */
  readonly driver: Readonly<Partial<Record<string, string>>>;
}

interface DatabaseHost {
  readonly host: string | undefined;
  readonly port: number | undefined;
}

export type FileParameter = 'sslrootcert' | 'sslcert' | 'sslkey';

const fileParameters: readonly FileParameter[] = ['sslrootcert', 'sslcert', 'sslkey'];
const forDriver = ['application_name', 'fallback_application_name', 'options', 'sslnegotiation'];
/** Accepted and ignored: what they ask for is done anyway, or ignoring it does no harm. */
const harmless = ['connect_timeout', 'keepalives', 'channel_binding', 'uselibpqcompat'];
const target = ['host', 'port', 'user', 'password', 'dbname'];
const others = ['sslmode', 'ssl', 'target_session_attrs', 'pooling'];
const known = new Set<string>([...fileParameters, ...forDriver, ...harmless, ...target, ...others]);

const example = 'postgresql://user:password@host:5432/database';

/** @throws Error; the message continues the name of the setting and does not contain the password */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  const form = /^postgres(?:ql)?:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?(#.*)?$/i.exec(text);
  if (!form) throw new Error(`must be a URL such as ${example} (percent-encode special characters)`);
  const [, authority = '', path, query = '', fragment] = form;
  if (fragment !== undefined) throw new Error('must not have a #: write %23 where a password or a name has one');
  const given = Object.fromEntries(new URLSearchParams(query.replaceAll('+', '%2B')));
  const unknown = Object.keys(given).find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`has the parameter ${unknown}, which is not supported`);
  const at = authority.lastIndexOf('@');
  const [, user, password] = /^([^:]*):?(.*)$/s.exec(authority.slice(0, Math.max(at, 0))) ?? [];
  const hosts = hostsOf(authority.slice(at + 1), given.host, given.port);
  return {
    hosts,
    user: given.user ?? decode(user),
    password: given.password ?? decode(password),
    database: given.dbname ?? decode(path),
    tls: tlsOf(given),
    files: pick(given, fileParameters),
    mustWrite: mustWrite(given.target_session_attrs, hosts.length),
    sharesSessions: sharesSessions(given.pooling),
    driver: pick(given, forDriver),
  };
}

/** As in libpq, the parameters `host` and `port` replace those of the authority, each by itself. */
function hostsOf(authority: string, host: string | undefined, port: string | undefined): DatabaseHost[] {
  const entries = authority.split(',').map(entryOf);
  const hosts = host?.split(',').map((one) => withoutBrackets(one) || undefined) ?? entries.map((entry) => entry.host);
  const ports = port?.split(',') ?? (entries.some((entry) => entry.port) ? entries.map((entry) => entry.port) : ['']);
  if (ports.length > 1 && ports.length !== hosts.length) {
    throw new Error(`names ${hosts.length} hosts and ${ports.length} ports: give one port for all, or one for each`);
  }
  const shared = ports.length === 1 ? ports[0] : undefined;
  return hosts.map((name, index) => ({ host: name, port: portOf(shared ?? ports[index]) }));
}

function entryOf(entry: string): { host: string | undefined; port: string | undefined } {
  if (/^[^[]*:.*:/.test(entry)) throw new Error('has an IPv6 address without brackets: write [::1]:5432');
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(entry) ?? [];
  return { host: decode(withoutBrackets(name)), port };
}

function portOf(port: string | undefined): number | undefined {
  if (!port) return undefined;
  if (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535) return Number(port);
  throw new Error(
    'has a port that is not a whole number from 1 to 65535 (or a password with a character to percent-encode)',
  );
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/s, '$1');
}

/**
 * `require` verifies like `verify-full`, because a connection that anybody can intercept is not what people choose it for.
 * Those who do not want verification write `no-verify`.
 */
function tlsOf({ sslmode, ssl, sslrootcert }: Record<string, string>): DatabaseAddress['tls'] {
  const mode = sslmode ?? (ssl === undefined ? undefined : (sslOf[ssl] ?? ssl));
  if (mode === undefined) return sslrootcert === undefined ? undefined : 'verify-full';
  if (mode === 'disable' || mode === 'no-verify' || mode === 'verify-full') return mode;
  if (mode === 'require') return 'verify-full';
  if (mode === 'verify-ca') {
    if (sslrootcert !== undefined && sslrootcert !== 'system') return mode;
    throw new Error('must name the authority with sslrootcert=/path/ca.pem for sslmode=verify-ca');
  }
  const modes = 'disable, require, verify-ca, verify-full or no-verify';
  if (mode === 'prefer' || mode === 'allow') {
    throw new Error(`has sslmode=${mode}, which an attacker can downgrade to no encryption: use ${modes}`);
  }
  throw new Error(`has an sslmode that does not exist: use ${modes}`);
}

const sslOf: Readonly<Record<string, string>> = {
  true: 'verify-full',
  1: 'verify-full',
  false: 'disable',
  0: 'disable',
};

function mustWrite(wanted: string | undefined, hosts: number): boolean {
  if (wanted === undefined) return hosts > 1;
  if (wanted === 'any') return false;
  if (wanted === 'read-write' || wanted === 'primary') return true;
  throw new Error('has a target_session_attrs that cannot serve: use read-write, primary or any');
}

/** Our own parameter. A start adds it to an address behind which it finds a pooler in transaction mode. */
export const sharedSessions = 'pooling=transaction';

function sharesSessions(pooling: string | undefined): boolean {
  if (pooling === undefined || pooling === 'session') return false;
  if (pooling === 'transaction') return true;
  throw new Error('has a pooling that does not exist: use transaction or session');
}

function decode(text: string | undefined): string | undefined {
  if (!text) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('has a % that does not begin an escape: write %25 where a password or a name has one');
  }
}

function pick<K extends string>(given: Record<string, string>, names: readonly K[]): Partial<Record<K, string>> {
  return Object.fromEntries(
    names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  ) as Partial<Record<K, string>>;
}
