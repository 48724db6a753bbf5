/** Reads an environment with a table of settings. Every variable is parsed, so that all problems are reported at once. */
import type { Parser } from './parsers.ts';
import type { ConfigProblem, Environment } from './problems.ts';

interface Setting<T, Values> {
  readonly name: string;
  readonly parse: Parser<T>;
  /** In the notation of the variable. A function gets the settings above it. Undefined means that it may be unset. */
  readonly default: string | undefined | ((above: Partial<Values>) => string | undefined);
  /** How the docs describe a default that is not fixed. */
  readonly defaultDoc?: string;
  readonly doc: string;
}

/** In the order of the docs and of evaluation. */
export type SettingsTable<Values> = { readonly [K in keyof Values]: Setting<Values[K], Values> };

export function readSettings<Values extends object>(
  table: SettingsTable<Values>,
  env: Environment,
): { values: Partial<Values>; problems: ConfigProblem[] } {
  const values: Partial<Values> = {};
  const problems: ConfigProblem[] = [];
  for (const [key, setting] of Object.entries(table) as [keyof Values, SettingsTable<Values>[keyof Values]][]) {
    const fallback = typeof setting.default === 'function' ? setting.default(values) : setting.default;
    const text = given(env, setting.name) ?? fallback;
    values[key] = undefined;
    if (text === undefined) continue;
    try {
      values[key] = setting.parse(text);
    } catch (error) {
      problems.push({ name: setting.name, problem: (error as Error).message });
    }
  }
  return { values, problems };
}

/** An empty variable counts as unset. */
export function given(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}
