import type { Tokens } from './first-authorization.ts';

/** A measured server. */
export interface Variant {
  readonly name: VariantName;
  readonly origin: string;
  /** Id of the server process. */
  readonly pid: number;
  /** client_id of the public app. */
  readonly app: string;
  readonly service: Secret;
  readonly gateway: Secret;
  /** The resource to request for a token that this server can introspect; undefined means a JWT for the API. */
  readonly opaqueResource: string | undefined;
  /** Whether access tokens for the API are JWTs. */
  readonly issuesJwts: boolean;
  /** Gets tokens for a person if the server has no pages, so that a first authorization is not possible. */
  signIn?(email: string): Promise<Tokens>;
  /** Returns the number of SQL statements that the server has sent, without BEGIN, COMMIT and ROLLBACK. */
  statements(): Promise<number>;
  /** Origin of the metrics of our server. */
  readonly metrics?: string;
  /** Rejects with the output on stderr when the process ends. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

export type VariantName = 'ours' | 'bare' | 'naive' | 'node-oauth2-server';

export interface Secret {
  readonly id: string;
  readonly secret: string;
}
