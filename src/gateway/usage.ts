/**
 * Counts what apps do and reports it to the authorization server once a minute, so that people, owners and admins can see
 * it. Counts are in memory until they are sent: a crash loses at most a minute of them.
 */
import { randomUUID } from 'node:crypto';
import {
  type CallKind,
  isProjectId,
  type KeyUsageEntry,
  type UsageEntry,
  type UsageReport,
  usageBounds,
} from '../policy/usage.ts';
import type { AccessTokenClaims } from './claims.ts';
import { basicAuthorization, type Credentials, requestJson, StatusError } from './http.ts';
import type { ApiKeyClaims } from './key-claims.ts';

/** An app by its authorization, or an API key. */
type Caller =
  | Pick<AccessTokenClaims, 'sub' | 'client_id' | 'gid'>
  | Pick<ApiKeyClaims, 'sub' | 'key_id' | 'client_id' | 'gid'>;

interface NotedCall {
  readonly claims: Caller;
  readonly kind: CallKind;
  /** Method and pattern of the path, such as `GET /projects`. */
  readonly route?: string | undefined;
  /** The id of the project that the path names. */
  readonly project?: string | undefined;
  /** The caller's IP address. */
  readonly address?: string | undefined;
}

export interface UsageReporterOptions {
  /** The endpoint, `/oauth/usage` below the issuer. */
  readonly url: string;
  /** Credentials of a client registered with `--gateway`. */
  readonly credentials: Credentials;
  /** A minute by default. */
  readonly intervalMs?: number;
  readonly onProblem?: (error: Error) => void;
  readonly fetch?: typeof fetch;
  /** The wall clock, in epoch milliseconds. */
  readonly now?: () => number;
}

export interface UsageReporter {
  /** Costs a lookup and a few additions. */
  note(call: NotedCall): void;
  /** Sends what was counted, at once. Never throws: what could not be sent is kept for the next time. */
  send(): Promise<void>;
  /** The number of calls since the start that are not reported, because there were too many apps, keys or reports to keep. */
  readonly lost: number;
  /** Sends the rest and stops the timer. */
  close(): Promise<void>;
}

/** Authorizations and keys that are counted between two reports. */
const maxEntries = 50_000;
/** Reports that wait while the server is away. */
const maxReports = 500;

/**
 * Creates a reporter, which counts calls and sends them to the server every `intervalMs` (a minute). What cannot be sent waits, up to
 * `maxReports` reports; older ones are dropped. Call `close` at the end: it sends what is left.
 */
export function createUsageReporter(options: UsageReporterOptions): UsageReporter {
  const { intervalMs = 60_000 } = options;
  const counts = createCounts(options.now ?? Date.now);
  const queue = createReportQueue(options);
  let sending: Promise<void> | undefined;

  function send(): Promise<void> {
    queue.add(reportsOf(counts.take()));
    sending ??= queue.send().finally(() => {
      sending = undefined;
    });
    return sending;
  }

  // Gateways that start together do not report together.
  let timer = setTimeout(repeat, Math.random() * intervalMs).unref();
  function repeat(): void {
    timer = setTimeout(repeat, intervalMs).unref();
    void send();
  }

  return {
    note: counts.note,
    send,
    get lost() {
      return queue.lost + counts.lost;
    },
    async close() {
      clearTimeout(timer);
      await send();
    },
  };
}

/** The reports that wait to be sent. */
function createReportQueue({ url, credentials, onProblem = () => {}, fetch = globalThis.fetch }: UsageReporterOptions) {
  const waiting: UsageReport[] = [];
  const authorization = basicAuthorization(credentials);
  let lost = 0;

  async function post(report: UsageReport): Promise<void> {
    const headers = { accept: 'application/json', authorization, 'content-type': 'application/json' };
    await requestJson(fetch, url, { method: 'POST', headers, body: JSON.stringify(report) });
  }

  function drop(reports: readonly UsageReport[]): void {
    for (const { entries } of reports) for (const entry of entries) lost += callsOf(entry);
  }

  return {
    get lost() {
      return lost;
    },
    add(reports: readonly UsageReport[]): void {
      waiting.push(...reports);
      drop(waiting.splice(0, Math.max(0, waiting.length - maxReports)));
    },
    /** In order. The first that fails ends it: the server would fail for the others too. */
    async send(): Promise<void> {
      for (let report = waiting[0]; report; report = waiting[0]) {
        try {
          await post(report);
        } catch (error) {
          onProblem(error as Error);
          // The server will never accept this one, so keeping it would stop all that follow.
          if (!(error instanceof StatusError && [400, 413].includes(error.status))) return;
          drop([report]);
        }
        // The oldest may have been dropped while it was sent.
        if (waiting[0] === report) waiting.shift();
      }
    },
  };
}

type Entry = UsageReport['entries'][number];
type Opened<E extends Entry> = { -readonly [K in keyof E]: E[K] } & {
  routes: Record<string, number>;
  projects: string[];
};
type OpenEntry = Opened<UsageEntry> | Opened<KeyUsageEntry>;

/** The counts of the current interval. */
function createCounts(now: () => number) {
  let entries = new Map<string, OpenEntry>();
  let lost = 0;
  let day = '';
  let dayEndsAt = 0;

  function begin({ claims }: NotedCall, key: string): OpenEntry | undefined {
    if (entries.size >= maxEntries) return undefined;
    const zero = { read: 0, changed: 0, generated: 0, other: 0, refused: 0, routes: {}, projects: [], last_at: 0 };
    const { sub } = claims;
    const entry: OpenEntry =
      claims.client_id === undefined
        ? { sub, key_id: claims.key_id, day, ...zero }
        : { sub, client_id: claims.client_id, gid: claims.gid, day, ...zero };
    entries.set(key, entry);
    return entry;
  }

  function note(call: NotedCall): void {
    const at = now();
    if (at >= dayEndsAt) {
      day = new Date(at).toISOString().slice(0, 10);
      dayEndsAt = Date.parse(`${day}T00:00:00Z`) + 86_400_000;
    }
    const { claims, kind, route, project, address } = call;
    const whose = claims.client_id === undefined ? `key ${claims.key_id}` : `${claims.gid ?? ''} ${claims.client_id}`;
    const key = `${day} ${whose}`;
    const entry = entries.get(key) ?? begin(call, key);
    if (!entry) {
      lost += 1;
      return;
    }
    entry[kind] += 1;
    entry.last_at = at / 1000;
    if (address !== undefined) entry.last_address = address;
    if (route !== undefined) addRoute(entry.routes, route);
    if (project !== undefined) addProject(entry.projects, project);
  }

  return {
    note,
    take(): Entry[] {
      const taken = [...entries.values()];
      entries = new Map();
      return taken;
    },
    get lost() {
      return lost;
    },
  };
}

function addRoute(routes: Record<string, number>, route: string): void {
  const count = routes[route];
  if (count !== undefined) routes[route] = count + 1;
  else if (Object.keys(routes).length < usageBounds.routes) routes[route] = 1;
}

function addProject(projects: string[], project: string): void {
  if (projects.length < usageBounds.projects && isProjectId(project) && !projects.includes(project)) {
    projects.push(project);
  }
}

/** Keys have reports of their own: a server that does not know them refuses those alone. */
function reportsOf(entries: readonly Entry[]): UsageReport[] {
  const ofKeys = entries.filter((entry) => entry.client_id === undefined);
  return [...partsOf(entries.filter((entry) => entry.client_id !== undefined)), ...partsOf(ofKeys)];
}

function partsOf(entries: readonly Entry[]): UsageReport[] {
  const reports: UsageReport[] = [];
  for (let from = 0; from < entries.length; from += usageBounds.entries) {
    reports.push({ id: randomUUID(), entries: entries.slice(from, from + usageBounds.entries) });
  }
  return reports;
}

function callsOf({ read, changed, generated, other, refused }: Entry): number {
  return read + changed + generated + other + refused;
}
