/** What can be set, one property per variable. */
export interface Settings {
  /** Port to listen on; 0 lets the system choose. */
  readonly port: number;
  /** Public origin, exactly as clients see it; no trailing slash. */
  readonly issuer: string;
  /** PostgreSQL URL; undefined means the embedded server. Holds a password. */
  readonly databaseUrl: string | undefined;
  /** Address to listen on. */
  readonly host: string;
  /** Directory of the embedded database and of generated secrets; relative to the working directory. */
  readonly dataDir: string;
  /** At least one secret, the first signs and encrypts; undefined means: generate them into dataDir. */
  readonly secrets: readonly string[] | undefined;
  /** Default resource indicator and audience (RFC 8707), without trailing slash. */
  readonly apiResource: string;
  readonly trustProxy: boolean;
  readonly workers: number;
  readonly logLevel: LogLevel;
  /** undefined: lines for people on a terminal, else JSON. */
  readonly logFormat: 'pretty' | 'json' | undefined;
  /** Pages of the operator that people are led to; undefined: no link. */
  readonly docsUrl: string | undefined;
  /** May be a `mailto:` address. */
  readonly supportUrl: string | undefined;
  readonly privacyUrl: string | undefined;
  readonly termsUrl: string | undefined;
  readonly rateLimits: boolean;
  /** Port of /metrics; 0 lets the system choose, undefined means no metrics listener. */
  readonly metricsPort: number | undefined;
  readonly metricsHost: string;
  readonly refreshLeewaySeconds: number;
  /** People that an app may have which nobody has verified. */
  readonly unverifiedPeopleLimit: number;
  /** How long a server that was asked to stop still accepts, while /readyz says 503. */
  readonly drainSeconds: number;
  readonly shutdownGraceSeconds: number;
  /** Connections each process keeps at most. */
  readonly databasePoolSize: number;
  /** Whether this process sends webhooks. */
  readonly webhookDelivery: boolean;
  /** Ports of other machines that webhooks may be sent to. */
  readonly webhookPorts: readonly number[];
  /** Who is at the terminal of `vcauth`; undefined means the operating system's user. */
  readonly cliUser: string | undefined;
}

type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
