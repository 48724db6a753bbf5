/** Parts that are imported only if a setting, or the demo data, needs them. */
import type { Registry } from 'prom-client';
import type { Config } from '../config/index.ts';
import type { VerifyForeignSecret } from '../operations/foreign-secrets.ts';
import type { AuditRetention } from '../operations/trim-audit.ts';
import type { Outbound } from '../outbound/request.ts';
import type { Upstreams } from '../outbound/upstreams.ts';
import { demo } from '../policy/demo.ts';
import type { RateLimits } from '../store/rate-limits.ts';
import { primaryReads, type Reads } from '../store/reads.ts';
import type { RetentionDeps } from './audit-retention.ts';
import type { Base } from './bootstrap.ts';

/** A server without other providers does not import what speaks to them. */
export async function upstreamsOf({ upstreams, issuer }: Config, outbound: Outbound): Promise<Upstreams> {
  if (upstreams.length === 0) return new Map();
  return (await import('../outbound/upstreams.ts')).createUpstreams(upstreams, issuer, outbound);
}

/** With the demo data, the sample API has some projects. */
export async function projectsOf({ projectsUrl, issuer }: Config, hasDemo: boolean, outbound: Outbound) {
  const address = projectsUrl ?? (hasDemo ? `${issuer}${demo.api}${demo.projects}` : undefined);
  if (address === undefined) return undefined;
  return (await import('../outbound/project-list.ts')).createProjectList(address, outbound);
}

/** A server without a replica does not import what reads from one. */
export async function readsOf(base: Base, registry: Registry): Promise<Reads> {
  const { databaseReplicaUrl: url } = base.config;
  if (url === undefined) return primaryReads(base.db);
  return (await import('./reads.ts')).startReads(base, url, registry);
}

/** Undefined if the audit log is kept for ever. */
export async function auditRetentionOf(config: Config, deps: RetentionDeps): Promise<AuditRetention | undefined> {
  if (config.auditRetentionDays === 0) return undefined;
  return (await import('./audit-retention.ts')).createAuditRetention(config, deps);
}

/** Secrets of which only the hash of another server is known exist only after an import. */
export function foreignSecretsOf(base: Base & { readonly limits: RateLimits }): VerifyForeignSecret {
  let verify: Promise<VerifyForeignSecret> | undefined;
  return async (attempt) => {
    verify ??= import('../operations/foreign-secrets.ts').then(({ createForeignSecrets }) =>
      createForeignSecrets(base),
    );
    return (await verify)(attempt);
  };
}
