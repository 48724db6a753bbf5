/** The form of a new key: what was typed, as an input of the operation or with what is wrong with it. */
import { keyExpiries, type NewKeyValues } from '../../../views/account/api-key-new.ts';
import type { Problem, Problems } from '../../../views/admin/fields.ts';
import { m } from '../../../views/messages/index.ts';
import type { ApiKeyInput } from '../../operations/api-key-input.ts';
import { keyProblems } from '../../policy/api-keys.ts';
import { readDay } from '../admin/day.ts';
import { field } from '../http/forms.ts';
import { inReadersWords } from '../http/rule-words.ts';

const dayMs = 86_400_000;

export const emptyValues: NewKeyValues = {
  name: '',
  environment: 'test',
  scope: [],
  expiry: '90',
  day: '',
  networks: '',
};

export function readValues(form: URLSearchParams): NewKeyValues {
  return {
    name: field(form, 'name'),
    environment: field(form, 'environment'),
    scope: form.getAll('scope'),
    expiry: field(form, 'expiry'),
    day: field(form, 'day').trim(),
    networks: field(form, 'networks'),
  };
}

/** Networks stand on lines of their own, or between commas. None means all. */
export function readNetworks(text: string): string[] | null {
  const networks = text.split(/[\s,]+/).filter(Boolean);
  return networks.length > 0 ? networks : null;
}

/** `projects` are those of the key; null for all of them. */
export function inputOfValues(
  values: NewKeyValues,
  projects: readonly string[] | null,
  now: Date,
): { input: ApiKeyInput } | { problems: Problems } {
  const { scope, expiry, day } = values;
  const end = endOf(expiry, day, now);
  const environment = values.environment === 'live' ? 'live' : 'test';
  const networks = readNetworks(values.networks);
  const input = {
    name: values.name.trim(),
    environment,
    scope,
    projects,
    networks,
    expiresAt: end ?? null,
  } as const;
  // What is wrong with the projects depends on the list of them.
  const { expires_at: wrongEnd, projects: _, ...wrong } = keyProblems(input, now);
  const { noDay } = m().apiKeys.form;
  const { chooseOne, chooseSome } = m().fields;
  const offered = keyExpiries.some((one) => one === expiry);
  const found: Record<string, Problem | undefined> = {
    ...inReadersWords(wrong),
    ...(wrong.scope && { scope: chooseSome }),
    ...(values.environment !== environment && { environment: chooseOne }),
    ...(!offered && { expiry: chooseOne }),
    ...(expiry === 'date' && !end && { day: noDay }),
    ...(wrongEnd && inReadersWords({ day: wrongEnd })),
  };
  const problems = Object.fromEntries(Object.entries(found).flatMap(([name, one]) => (one ? [[name, one]] : [])));
  return Object.keys(problems).length > 0 ? { problems } : { input };
}

/** Null: it does not end. Undefined: no end can be read. A day ends at midnight, UTC. */
function endOf(expiry: string, day: string, now: Date): Date | null | undefined {
  if (expiry === 'never') return null;
  if (expiry !== 'date') return /^\d+$/.test(expiry) ? after(now, Number(expiry)) : undefined;
  const last = readDay(day);
  return last && new Date(last.getTime() + dayMs - 1000);
}

/** To the second, as gateways are told it. */
export function after(now: Date, days: number): Date {
  return new Date((Math.floor(now.getTime() / 1000) + days * 86_400) * 1000);
}

/** YYYY-MM-DD. */
export function tomorrow(now: Date): string {
  return new Date(now.getTime() + dayMs).toISOString().slice(0, 10);
}
