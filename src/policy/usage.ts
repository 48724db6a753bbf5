/**
 * Reports of gateways about calls of the API: how many an app made by each authorization, of what kind, and in which
 * projects. Nothing of a call's content is in them. Gateways write them, `POST /oauth/usage` reads them.
 */
import { isObject, isText } from './json-values.ts';

/** What a call did. `other` is one whose effect only its upstream knows, such as a call of an MCP server. */
export const callKinds = ['read', 'changed', 'generated', 'other', 'refused'] as const;
export type CallKind = (typeof callKinds)[number];

interface CountedCalls extends Readonly<Record<CallKind, number>> {
  /** The person's account id, or the client id of an app that acts for itself. */
  readonly sub: string;
  /** YYYY-MM-DD, in UTC. */
  readonly day: string;
  /** Calls by route, such as `GET /projects`. */
  readonly routes: Readonly<Record<string, number>>;
  /** The ids of projects that were called. */
  readonly projects: readonly string[];
  /** The address of the last call. */
  readonly last_address?: string | undefined;
  /** When the last call was, in epoch seconds. */
  readonly last_at: number;
}

/** The calls of one app by one authorization on one day. */
export interface UsageEntry extends CountedCalls {
  readonly client_id: string;
  /** The authorization (claim `gid`); absent if the app acts for itself. */
  readonly gid?: string | undefined;
  readonly key_id?: undefined;
}

/** The calls with one API key on one day. */
export interface KeyUsageEntry extends CountedCalls {
  readonly key_id: string;
  readonly client_id?: undefined;
  readonly gid?: undefined;
}

export interface UsageReport {
  /** A UUID. A report that is sent again keeps it, so that it counts once. */
  readonly id: string;
  readonly entries: readonly (UsageEntry | KeyUsageEntry)[];
}

export const usageBounds = {
  bytes: 4 * 1024 * 1024,
  entries: 5_000,
  /** Of one entry. */
  routes: 100,
  projects: 50,
  /** How long a gateway may keep a report that it could not send. */
  days: 7,
} as const;

const dayMs = 86_400_000;
const id = /^[\x21-\x7e]{1,255}$/;
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const route = /^[A-Z]{1,10} \/[\x21-\x7e]{0,150}$/;
const project = /^[\w.~-]{1,100}$/;
const address = /^[\da-fA-F.:]{2,45}$/;

/** Returns the kind of an allowed call. `scope` is that of its route; undefined if its route is unknown. */
export function kindOfCall(method: string, scope: string | undefined): CallKind {
  if (scope === 'ai:generate') return 'generated';
  if (method === 'GET' || method === 'HEAD') return 'read';
  return scope === undefined ? 'other' : 'changed';
}

/** Reports whether a project's id, as it stands in a path, can be reported. */
export function isProjectId(text: string): boolean {
  return project.test(text);
}

/** Returns the report, or a sentence about what is wrong with it. `now` is in epoch milliseconds. */
export function readUsageReport(document: unknown, now: number): UsageReport | string {
  if (!isObject(document)) return 'The report is not a JSON object';
  const { id: name, entries } = document;
  if (typeof name !== 'string' || !uuid.test(name)) return 'id: a UUID';
  if (!Array.isArray(entries)) return 'entries: a list';
  if (entries.length > usageBounds.entries) return `entries: at most ${usageBounds.entries}`;
  const keys = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const problem = entryProblem(entry, now);
    if (problem) return `entries[${index}].${problem}`;
    const { sub, client_id = '', gid = '', key_id = '', day } = entry as UsageEntry | KeyUsageEntry;
    keys.add([sub, client_id, gid, key_id, day].join(' '));
    if (keys.size <= index) return `entries[${index}]: a second one for this sub, client_id, gid, key_id and day`;
  }
  return { id: name.toLowerCase(), entries: entries as UsageReport['entries'] };
}

function entryProblem(entry: unknown, now: number): string | undefined {
  if (!isObject(entry)) return 'sub: entries are objects';
  const { day, routes, projects, last_address, last_at } = entry;
  const whose = whoseProblem(entry);
  if (whose) return whose;
  if (!isDay(day, now)) return `day: YYYY-MM-DD, within the last ${usageBounds.days} days`;
  const wrong = callKinds.find((kind) => !isCount(entry[kind]));
  if (wrong) return `${wrong}: a whole number`;
  if (!isObject(routes) || Object.keys(routes).length > usageBounds.routes) {
    return `routes: an object of at most ${usageBounds.routes} counts`;
  }
  if (!Object.entries(routes).every(([name, count]) => route.test(name) && isCount(count))) {
    return 'routes: whole numbers by method and path';
  }
  if (
    !Array.isArray(projects) ||
    projects.length > usageBounds.projects ||
    !projects.every((p) => isText(p, project))
  ) {
    return `projects: a list of at most ${usageBounds.projects} ids`;
  }
  if (last_address !== undefined && !isText(last_address, address)) return 'last_address: an IP address';
  if (!isMoment(last_at, now)) return 'last_at: epoch seconds';
  return undefined;
}

function whoseProblem({ sub, client_id, gid, key_id }: Record<string, unknown>): string | undefined {
  if (!isText(sub, id)) return 'sub: an id';
  if (key_id !== undefined) {
    if (!isText(key_id, id)) return 'key_id: an id';
    return client_id === undefined && gid === undefined ? undefined : 'key_id: not beside client_id and gid';
  }
  if (!isText(client_id, id)) return 'client_id: an id';
  if (gid !== undefined && !isText(gid, id)) return 'gid: an id';
  return gid === undefined && sub !== client_id ? 'gid: required for a person' : undefined;
}

/** A sum of many of them is still a safe integer. */
const isCount = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 1e9;

/** Clocks may differ, so tomorrow counts too. */
function isDay(value: unknown, now: number): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const start = Date.parse(`${value}T00:00:00Z`);
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== value) return false;
  return start > now - (usageBounds.days + 1) * dayMs && start <= now + dayMs;
}

function isMoment(value: unknown, now: number): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  return value * 1000 > now - (usageBounds.days + 2) * dayMs && value * 1000 < now + 2 * dayMs;
}
