/**
 * The one way to an address that a stranger has named. The name is resolved once, every address it has must be allowed,
 * and the connection goes to one that was judged: another answer to a second question (DNS rebinding) changes nothing.
 * No redirects are followed, no connection is kept, and both time and answer are bounded.
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

export interface OutboundRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For everything, from the resolution to the end of the answer. Milliseconds. */
  readonly timeoutMs: number;
  /** Of the answer; what is longer is cut off. Bytes. */
  readonly maxBytes: number;
  /** Whether a connection may go to this address. */
  readonly allows: (address: string) => boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Whether the answer was longer. */
  readonly cut: boolean;
}

/** The name has an address that must not be reached, or is one. */
export class ForbiddenAddress extends Error {
  constructor(host: string) {
    super(`${host} is not at a public address`);
    this.name = 'ForbiddenAddress';
  }
}

export type Lookup = typeof systemLookup;
export type Outbound = (request: OutboundRequest) => Promise<OutboundAnswer>;

/** `lookup` and `ca` are for tests: who answers for names, and who vouches for certificates. */
export function createOutbound({ lookup = systemLookup, ca }: { lookup?: Lookup; ca?: string } = {}): Outbound {
  return async ({ url: address, method, headers, body, timeoutMs, maxBytes, allows, signal }) => {
    const url = new URL(address);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // A literal is never looked up, so it is judged here.
    if (isIP(host) && !allows(host)) throw new ForbiddenAddress(host);
    const timeout = AbortSignal.timeout(timeoutMs);
    const ending = signal ? AbortSignal.any([timeout, signal]) : timeout;
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    try {
      return await new Promise<OutboundAnswer>((resolve, reject) => {
        const outgoing = send(
          url,
          {
            method,
            headers: { ...headers, ...length },
            agent: false,
            lookup: judged(lookup, allows),
            signal: ending,
            ca,
          },
          (answer) => void read(answer, maxBytes).then(resolve, reject),
        );
        outgoing.once('error', reject);
        outgoing.end(body);
      });
    } catch (error) {
      if (timeout.aborted)
        throw new Error(`no whole answer within ${Math.round(timeoutMs / 1000)} s`, { cause: error });
      throw error;
    }
  };
}

/** One bad address among several is enough to refuse: nobody has a public and a private one by accident. */
function judged(lookup: Lookup, allows: (address: string) => boolean): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '');
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => allows(address))) return callback(new ForbiddenAddress(host), '');
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

async function read(answer: IncomingMessage, maxBytes: number): Promise<OutboundAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop destroys the connection.
    if (size > maxBytes) break;
  }
  const body = Buffer.concat(chunks).subarray(0, maxBytes);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body, cut: size > maxBytes };
}
