/**
 * API keys: what a person's own programs call the API with. A key is `vcs_sk_live_` or `vcs_sk_test_`, 32 random bytes in
 * base62, and a checksum. Only its SHA-256 is stored.
 */
import { isPartOf, parseRange } from './address-ranges.ts';
import { nameProblem } from './names.ts';
import { problemText } from './problem-texts.ts';
import { type ApiScope, apiScopes, isApiScope } from './scopes.ts';
import { base62, checksumLength, formatSecret, hasValidChecksum } from './token-format.ts';

const keyEnvironments = ['live', 'test'] as const;
export type KeyEnvironment = (typeof keyEnvironments)[number];

/** 62^43 exceeds 2^256. */
const randomLength = 43;
const prefixOf = (environment: KeyEnvironment) => `vcs_sk_${environment}_`;
const keyLength = prefixOf('live').length + randomLength + checksumLength;

/** `random` has 32 bytes. */
export function formatApiKey(environment: KeyEnvironment, random: Uint8Array): string {
  return formatSecret(prefixOf(environment), base62(random, randomLength));
}

/** What lists show of a key: its prefix and its last four characters. */
export function maskedKey(environment: KeyEnvironment, lastFour: string): string {
  return `${prefixOf(environment)}…${lastFour}`;
}

/** Whether a text is meant as a key, genuine or not. No other secret of ours begins like it, and no JWT does. */
export function looksLikeApiKey(text: string): boolean {
  return text.startsWith('vcs_sk_');
}

/** Whether a text can be a key. Only the database knows whether it is one. */
export function hasFormOfApiKey(text: string): boolean {
  return text.length === keyLength && /^vcs_sk_(?:live|test)_[\dA-Za-z]+$/.test(text) && hasValidChecksum(text);
}

/** Whether a text, such as a request target, has a key in it, with or without escapes. */
export function containsApiKey(text: string): boolean {
  return /vcs(?:_|%5f)sk(?:_|%5f)(?:live|test)(?:_|%5f)[\dA-Za-z]{40}/i.test(text);
}

export const keyLimits = {
  /** Keys of an account that work. */
  keys: 100,
  /** Keys of an account that are made within a day: each of them sends a mail. Enough to rotate all at once. */
  keysADay: 200,
  projects: 50,
  networks: 20,
  /** Ten years. */
  lifetimeDays: 3_653,
  /** How long a replaced key may go on working. */
  overlapDays: 30,
} as const;

const dayMs = 86_400_000;

/** What the owner decides about a key. */
export interface KeyRights {
  readonly scope: readonly string[];
  /** Null for all of them. */
  readonly projects: readonly string[] | null;
  /** Addresses from which it may be used; null for all of them. */
  readonly networks: readonly string[] | null;
  /** Null: it does not end. */
  readonly expiresAt: Date | null;
}

/** The problems of an input, by field; empty if it is valid. `now` is the present. */
export function keyProblems(
  input: Partial<KeyRights> & { readonly name?: string; readonly environment?: string },
  now: Date,
): Record<string, string> {
  const { name, environment, scope, projects, networks, expiresAt } = input;
  const found: Record<string, string | undefined> = {
    name: name === undefined ? undefined : nameProblem(name),
    environment: environment === undefined || isEnvironment(environment) ? undefined : 'must be live or test',
    scope: scope && scopeProblem(scope),
    projects: projects ? projectsProblem(projects) : undefined,
    networks: networks ? networksProblem(networks) : undefined,
    expires_at: expiresAt ? endProblem(expiresAt, now) : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter((one): one is [string, string] => one[1] !== undefined));
}

function isEnvironment(text: string): text is KeyEnvironment {
  return keyEnvironments.some((one) => one === text);
}

/** In the order of the table of scopes, each once. */
export function orderedScope(scope: readonly string[]): ApiScope[] {
  return apiScopes.filter((one) => scope.includes(one));
}

/** In canonical form, each once. All must be valid. */
export function canonicalNetworks(networks: readonly string[]): string[] {
  return [...new Set(networks.map((one) => parseRange(one)?.text ?? one))];
}

/** Whether a key may be used from more places than before. All networks must be valid; null for all addresses. */
export function reachesFurther(before: readonly string[] | null, after: readonly string[] | null): boolean {
  if (before === null) return false;
  const ranges = before.flatMap((one) => parseRange(one) ?? []);
  return after === null || after.flatMap((one) => parseRange(one) ?? []).some((range) => !isPartOf(range, ranges));
}

function scopeProblem(scope: readonly string[]): string | undefined {
  if (scope.length === 0) return problemText('atLeastOne');
  return scope.every(isApiScope) ? undefined : `must be some of ${apiScopes.join(' ')}`;
}

function projectsProblem(projects: readonly string[]): string | undefined {
  if (projects.length === 0) return 'must name at least one project';
  if (projects.length > keyLimits.projects) return `must be at most ${keyLimits.projects} projects`;
  return projects.every((one) => /^[\w.~-]{1,100}$/.test(one)) ? undefined : 'must be ids of projects';
}

function networksProblem(networks: readonly string[]): string | undefined {
  if (networks.length === 0) return problemText('atLeastOne');
  if (networks.length > keyLimits.networks) return problemText('tooManyEntries', keyLimits.networks);
  const wrong = networks.find((one) => !parseRange(one));
  return wrong === undefined ? undefined : problemText('networkForm');
}

function endProblem(end: Date, now: Date): string | undefined {
  const days = (end.getTime() - now.getTime()) / dayMs;
  if (Number.isNaN(days)) return 'must be a date';
  if (days <= 0) return problemText('future');
  return days > keyLimits.lifetimeDays ? problemText('tenYears') : undefined;
}

/** When a key that replaces another one ends: it has the lifetime that the other one had. */
export function endOfSuccessor(old: { createdAt: Date; expiresAt: Date | null }, now: Date): Date | null {
  return old.expiresAt && new Date(now.getTime() + old.expiresAt.getTime() - old.createdAt.getTime());
}

/** The scopes that a key has at this moment. Generation costs money, and test keys are for trying things out. */
export function scopeOfKey(scope: readonly string[], environment: string, aiInTest: boolean): string {
  const may = environment === 'test' && !aiInTest ? scope.filter((one) => !one.startsWith('ai:')) : scope;
  return orderedScope(may).join(' ');
}
