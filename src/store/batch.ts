/**
 * Several prepared statements in one write to the socket: Parse, Bind and Execute of each, then one Sync. PostgreSQL runs
 * them in order, in one implicit transaction with one flush to disk: all are committed, or none.
 *
 * A batch is what the driver calls a Submittable, as pg-cursor is one. The driver's own `Query` writes each statement and reads
 * its rows, so values and results are the same as those of a statement that runs alone. `test/store/group-commit.test.ts` pins
 * what this relies on.
 */
import type { EventEmitter } from 'node:events';
import pg from 'pg';
import { serialize } from 'pg-protocol';
import { markAsDatabase } from './unavailable.ts';

/** The part of the driver's connection that a Submittable may use. The types of pg lack most of it. */
interface Wire extends EventEmitter {
  readonly stream: { readonly writable: boolean; write(bytes: Buffer): boolean };
  /** Text by name: what the database has prepared on this connection, and what it was asked to prepare. */
  readonly parsedStatements: Record<string, string>;
  readonly submittedNamedStatements: Record<string, string>;
}

/** The driver's `Query`, as its client uses it. */
interface DriverQuery {
  submit(wire: object): Error | null;
  handleRowDescription(message: RowDescription): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
  handleReadyForQuery(wire: Wire): void;
}

interface RowDescription {
  readonly fields: unknown[];
}

/** The columns of a statement; null if it returns no rows. */
type Columns = RowDescription | null;

/** One statement of a batch. */
export interface Member {
  readonly config: pg.QueryConfig;
  readonly resolve: (result: pg.QueryResult) => void;
  /** Called with an error of this statement alone: a value that can't be sent, a row that can't be read. */
  readonly reject: (error: Error) => void;
}

/**
 * How a batch ended. `rolledBack`: the database has rolled it back and goes on, so nothing was done. `unknown`: it has not
 * answered to the end, so it may have committed. In these two cases no member has a result. `failed` is the member whose
 * error it is; undefined if the commit failed.
 */
export type Outcome =
  | 'committed'
  | { readonly as: 'rolledBack' | 'unknown'; readonly error: Error; readonly failed?: Member | undefined };

/** Runs a batch on a connection that runs nothing else meanwhile. */
export function runBatch(client: Pick<pg.ClientBase, 'query'>, members: readonly Member[]): Promise<Outcome> {
  return new Promise((resolve) => void client.query(new Batch(members, resolve)));
}

/** For each connection, the columns of what is prepared on it. They can't change: a plan that would change them fails. */
const described = new WeakMap<Wire, Map<string, Columns>>();

export class Batch implements pg.Submittable {
  #members: readonly Member[];
  readonly #resolve: (outcome: Outcome) => void;
  readonly #queries: { readonly name: string | undefined; readonly query: DriverQuery; readonly member: Member }[] = [];
  /** Names that the database was asked to prepare, in order, until it answers. */
  readonly #parsing: { readonly name: string; readonly text: string }[] = [];
  #columns: Map<string, Columns> = new Map();
  /** Index of the statement whose answer is being read. */
  #current = 0;
  #stop = () => {};
  #isSent = false;
  #hasFailed = false;
  /** The member that the caller knows; undefined for a statement of ours. */
  #given: (member: Member) => Member | undefined = (member) => member;
  /** The driver replaces it to stop its clock for `query_timeout`. */
  callback: (error?: Error) => void = () => {};

  constructor(members: readonly Member[], resolve: (outcome: Outcome) => void) {
    this.#members = members;
    this.#resolve = resolve;
  }

  /** The statements, for those who count them. */
  get texts(): string[] {
    return this.#members.map(({ config }) => config.text);
  }

  /** Prepares nothing by name, and runs `first` before everything else. Call it before the batch is sent. */
  shareSession(first: string): void {
    const unnamed = ({ config: { text, values }, ...member }: Member): Member => ({
      ...member,
      // Without values, the driver would send it by the simple protocol.
      config: { text, ...(values && { values }), queryMode: 'extended' } as pg.QueryConfig,
    });
    const settings = { config: { text: first }, resolve() {}, reject() {} };
    const given = this.#members;
    this.#members = [settings, ...given].map(unnamed);
    this.#given = (member) => given[this.#members.indexOf(member) - 1];
  }

  submit(connection: unknown): void {
    const wire = connection as Wire;
    this.#columns = described.get(wire) ?? new Map();
    described.set(wire, this.#columns);
    const messages = this.#members.flatMap((member) => this.#write(member, wire));
    if (this.#parsing.length > 0) {
      const parsed = () => this.#noteParsed(wire);
      wire.on('parseComplete', parsed);
      this.#stop = () => wire.off('parseComplete', parsed);
    }
    // If the connection takes nothing any more, its end is on the way.
    if (!wire.stream.writable) return;
    this.#isSent = true;
    wire.stream.write(Buffer.concat([...messages, serialize.sync()]));
  }

  /** Returns the messages of one statement; none if one of its values can't be sent. */
  #write(member: Member, wire: Wire): Buffer[] {
    const { config, resolve, reject } = member;
    const { name } = config;
    const columns = name === undefined ? undefined : this.#columns.get(name);
    const messages: Buffer[] = [];
    let refused: Error | null = null;
    const query = new pg.Query(config, (error, result) => {
      if (error) {
        refused = error;
        reject(markAsDatabase(error));
      } else resolve(result as unknown as pg.QueryResult);
    }) as unknown as DriverQuery;
    const { parsedStatements, submittedNamedStatements } = wire;
    let text: string | undefined;
    const error = query.submit({
      parsedStatements,
      submittedNamedStatements,
      stream: {},
      parse(message: { name: string; text: string }) {
        ({ text } = message);
        messages.push(serialize.parse(message));
      },
      bind: (message: object) => messages.push(serialize.bind(message)),
      describe(message: { type: 'P' }) {
        if (columns === undefined) messages.push(serialize.describe(message));
      },
      execute: (message: object) => messages.push(serialize.execute(message)),
      close() {},
      sync() {},
    });
    refused ??= error;
    if (refused) {
      reject(refused);
      if (text !== undefined && name !== undefined) delete submittedNamedStatements[name];
      return [];
    }
    if (text !== undefined && name !== undefined) this.#parsing.push({ name, text });
    if (columns) query.handleRowDescription(columns);
    this.#queries.push({ name, query, member });
    return messages;
  }

  #noteParsed({ parsedStatements, submittedNamedStatements }: Wire): void {
    const parsed = this.#parsing.shift();
    if (!parsed) return;
    parsedStatements[parsed.name] = parsed.text;
    delete submittedNamedStatements[parsed.name];
  }

  handleRowDescription(message: RowDescription): void {
    const current = this.#queries[this.#current];
    if (current?.name !== undefined) this.#columns.set(current.name, message);
    current?.query.handleRowDescription(message);
  }

  handleDataRow(message: unknown): void {
    this.#queries[this.#current]?.query.handleDataRow(message);
  }

  handleCommandComplete(message: unknown, wire: Wire): void {
    const current = this.#queries[this.#current];
    this.#current += 1;
    if (!current) return;
    current.query.handleCommandComplete(message, wire);
    if (current.name !== undefined && !this.#columns.has(current.name)) this.#columns.set(current.name, null);
  }

  handleReadyForQuery(wire: Wire): void {
    this.#finish('committed');
    for (const { query } of this.#queries) query.handleReadyForQuery(wire);
  }

  /** Called with the error of a statement or of the commit, or because the connection is lost or the driver has given up. */
  handleError(error: Error, wire: Wire): void {
    markAsDatabase(error);
    if (this.#hasFailed || !(error instanceof pg.DatabaseError)) {
      this.#finish({ as: this.#isSent ? 'unknown' : 'rolledBack', error });
      return;
    }
    // What the database did not read any more is not prepared.
    for (const { name } of this.#parsing) delete wire.submittedNamedStatements[name];
    this.#hasFailed = true;
    // It has rolled back when it says that it is ready. If it ends the connection instead, a commit may have been before that.
    const ended = () => end({ as: 'unknown', error });
    const member = this.#queries[this.#current]?.member;
    const failed = member && this.#given(member);
    const ready = () => end({ as: 'rolledBack', error, failed });
    const end = (outcome: Outcome) => {
      wire.off('end', ended);
      wire.off('readyForQuery', ready);
      this.#finish(outcome);
    };
    wire.once('end', ended);
    wire.once('readyForQuery', ready);
  }

  #finish(outcome: Outcome): void {
    this.#stop();
    this.callback();
    this.#resolve(outcome);
  }

  /** No statement of ours is empty, copies, or reads in parts. */
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyInResponse(): void {}
  handleCopyData(): void {}
}
