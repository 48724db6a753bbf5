/** The settings of the server, as the rest of the code reads them. The tables beside this file say how each is read. */
import type { AuditStreamFormat } from '../policy/audit-stream.ts';
import type { Registration } from '../policy/registration.ts';
import type { ApiResource } from '../policy/resources.ts';
import type { ThirdPartyPolicy } from '../policy/third-party.ts';
import type { Upstream } from '../policy/upstreams.ts';

/** The settings, one property for each variable. */
export interface Settings {
  /** Port to listen on; 0 lets the system choose. */
  readonly port: number;
  /** Public origin, exactly as clients see it; no trailing slash. */
  readonly issuer: string;
  /** PostgreSQL URL, with a password; undefined means the embedded server. */
  readonly databaseUrl: string | undefined;
  /** The same database without a pooler in between; undefined means that `databaseUrl` is direct. */
  readonly databaseDirectUrl: string | undefined;
  /** A streaming replica for reads that may be a few seconds old; undefined means that the primary answers everything. */
  readonly databaseReplicaUrl: string | undefined;
  /** Maximum connections to the replica in the pool of each process. */
  readonly databaseReplicaPoolSize: number;
  /** Whether a start migrates the database. */
  readonly autoMigrate: boolean;
  /** Address to listen on. */
  readonly host: string;
  /** Directory of the embedded database and of generated secrets; relative to the working directory. */
  readonly dataDir: string;
  /** At least one secret; the first signs and encrypts. Undefined means that they are generated into dataDir. */
  readonly secrets: readonly string[] | undefined;
  /** Default resource indicator and audience (RFC 8707), without trailing slash. */
  readonly apiResource: string;
  readonly apiResources: readonly ApiResource[];
  /** Audiences whose access tokens have a place in a Token Status List. */
  readonly statusListResources: readonly string[];
  readonly trustProxy: boolean;
  readonly workers: number;
  readonly logLevel: LogLevel;
  /** Undefined means `pretty` on a terminal, else `json`. */
  readonly logFormat: 'pretty' | 'json' | undefined;
  /** Link to a page of the operator; undefined means no link. */
  readonly docsUrl: string | undefined;
  /** May be a `mailto:` address. */
  readonly supportUrl: string | undefined;
  readonly projectsUrl: string | undefined;
  readonly privacyUrl: string | undefined;
  readonly termsUrl: string | undefined;
  readonly rateLimits: boolean;
  /** Whether test keys may use the scope `ai:generate`. */
  readonly aiInTest: boolean;
  /** Whether everybody needs a second step. */
  readonly accountMfa: 'optional' | 'required';
  /** Whether people may make their own accounts: never, by an invitation, or always. */
  readonly registration: Registration;
  /** Whether apps may register themselves (RFC 7591). */
  readonly dynamicRegistration: 'open' | 'closed';
  /** Whether a client id may be the URL of a document. */
  readonly clientIdMetadataDocuments: 'on' | 'off';
  readonly thirdPartyPolicy: ThirdPartyPolicy;
  /** Other providers at which people sign in. Their client secrets are among them. */
  readonly upstreams: readonly Upstream[];
  /** Name of the upstream where all accounts are. */
  readonly accountsUpstream: string | undefined;
  /** Port of /metrics; 0 lets the system choose, undefined means no metrics listener. */
  readonly metricsPort: number | undefined;
  readonly metricsHost: string;
  readonly refreshLeewaySeconds: number;
  /** Maximum users of an unverified app. */
  readonly unverifiedPeopleLimit: number;
  /** How long a stopping server still accepts requests while /readyz answers 503. */
  readonly drainSeconds: number;
  readonly shutdownGraceSeconds: number;
  /** Maximum connections in the pool of each process. */
  readonly databasePoolSize: number;
  /** Whether this process sends webhooks. */
  readonly webhookDelivery: boolean;
  /** Ports of other machines that webhooks may be sent to. */
  readonly webhookPorts: readonly number[];
  /** Days after which events of the audit log are removed; 0 keeps them for ever. */
  readonly auditRetentionDays: number;
  /** Where every event of the audit log is sent; undefined means nowhere. */
  readonly auditStreamUrl: string | undefined;
  /** Value of the Authorization header there. A secret. */
  readonly auditStreamAuthorization: string | undefined;
  readonly auditStreamFormat: AuditStreamFormat;
  /** Where a secret scanner publishes the keys that sign its reports; undefined means that reports are not taken. */
  readonly leakedSecretsKeysUrl: string | undefined;
  /** SMTP server for mails, with a password; undefined means that they are written below dataDir. */
  readonly smtpUrl: string | undefined;
  /** Sender of mails, as `Name <address>` or an address. */
  readonly mailFrom: string;
  /** Base URL of an OpenTelemetry collector, without trailing slash; undefined means no traces. */
  readonly otlpEndpoint: string | undefined;
  /** Share of traces that begin here and are recorded, from 0 to 1. */
  readonly traceSampleRatio: number;
  /** Name of the person who runs `vcauth`; undefined means the operating system's user. */
  readonly cliUser: string | undefined;
}

type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
