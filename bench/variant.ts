/** A server under measurement, whichever it is. */
export interface Variant {
  readonly name: VariantName;
  readonly origin: string;
  /** Of the server process. */
  readonly pid: number;
  /** client_id of the public app that people sign in to. */
  readonly app: string;
  readonly service: Secret;
  readonly gateway: Secret;
  /** Asked for where the token must be one that this server's introspection accepts; undefined: a JWT for the API. */
  readonly opaqueResource: string | undefined;
  /** SQL statements that the server has sent so far, without BEGIN, COMMIT and ROLLBACK. */
  statements(): Promise<number>;
  /** Rejects when the process ends, with what it wrote to stderr. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

export type VariantName = 'ours' | 'bare' | 'naive';

export interface Secret {
  readonly id: string;
  readonly secret: string;
}
