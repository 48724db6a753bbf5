/**
 * The only way to send a request to an address that a stranger chose. The host name is resolved once, all of its addresses
 * must be allowed, and the connection goes to one of them, so a different answer to a second lookup (DNS rebinding) has no
 * effect. Redirects are not followed, connections are not reused, and time and response size are bounded.
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type OutgoingMessage, outgoingChannel, traced } from '../tracing/channels.ts';

export interface OutboundRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Limit for the whole request, from the lookup to the end of the response. */
  readonly timeoutMs: number;
  /** Longer responses are truncated. */
  readonly maxBytes: number;
  /** Decides whether a connection to this IP address is allowed. */
  readonly allows: (address: string) => boolean;
  readonly signal?: AbortSignal | undefined;
  /** Whether the server belongs to the operator, so that it may learn of which trace this is a part. */
  readonly isOperators?: boolean;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** True if the body was truncated. */
  readonly cut: boolean;
}

/** The host is, or resolves to, an address that must not be reached. */
export class ForbiddenAddress extends Error {
  constructor(host: string) {
    super(`${host} is not at a public address`);
    this.name = 'ForbiddenAddress';
  }
}

export type Lookup = typeof systemLookup;
export type Outbound = (request: OutboundRequest) => Promise<OutboundAnswer>;

interface Network {
  readonly lookup: Lookup;
  readonly ca: string | undefined;
}

/** `lookup` and `ca` are for tests: they replace the DNS resolver and the certificate authority. */
export function createOutbound({ lookup = systemLookup, ca }: { lookup?: Lookup; ca?: string } = {}): Outbound {
  return async ({ isOperators = false, ...request }) => {
    const url = new URL(request.url);
    const headers = { ...request.headers };
    const message: OutgoingMessage = {
      method: request.method,
      host: url.host,
      headers: isOperators ? headers : undefined,
    };
    return traced(outgoingChannel, message, async () => {
      const answer = await sendTo(url, { ...request, headers }, { lookup, ca });
      message.status = answer.status;
      return answer;
    });
  };
}

async function sendTo(
  url: URL,
  { method, headers, body, timeoutMs, maxBytes, allows, signal }: OutboundRequest,
  { lookup, ca }: Network,
): Promise<OutboundAnswer> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // Node does not look up IP addresses, so they are checked here.
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
          lookup: guardedLookup(lookup, allows),
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
      throw new Error(`no complete answer within ${Math.round(timeoutMs / 1000)} s`, { cause: error });
    throw error;
  }
}

/** Refuses a name if any of its addresses is not allowed: a name with a public and a private address is not an accident. */
function guardedLookup(lookup: Lookup, allows: (address: string) => boolean): LookupFunction {
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
    // Leaving the loop closes the connection.
    if (size > maxBytes) break;
  }
  const body = Buffer.concat(chunks).subarray(0, maxBytes);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body, cut: size > maxBytes };
}
