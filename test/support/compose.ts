/** deploy/compose.yaml as an object, with YAML's anchors and merges resolved. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly expose?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>> | readonly string[];
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test?: readonly string[] };
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, unknown>>;
}

export const readCompose = (): Compose => parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true });

/** Fills in `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as compose does. Throws for a name that is missing. */
export function interpolate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (whole, name: string, sign?: string, other = '') => {
    const value = values[name];
    if (value) return value;
    if (sign === '-') return other;
    throw new Error(`${whole} is not set`);
  });
}
