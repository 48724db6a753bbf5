/** Passes requests on, streaming both ways; the kept library httpxy does the work. */
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
import { createProxyServer } from 'httpxy';
import { answerError } from './answer.ts';
import type { Call } from './call.ts';
import { responseHeaders } from './passed-on.ts';

export interface UpstreamOptions {
  /** Its path, if any, goes before that of each request. */
  readonly url: string;
  /** How long an upstream may be silent; milliseconds. */
  readonly patience: number;
  readonly onError: (error: Error) => void;
}

export interface Upstream {
  /** Never rejects: what fails is answered, or the connection cut where an answer had begun. */
  pass(call: Call): Promise<void>;
  close(): void;
}

export function createUpstream({ url, patience, onError }: UpstreamOptions): Upstream {
  const target = new URL(url);
  const Agent = target.protocol === 'https:' ? HttpsAgent : HttpAgent;
  // The agent's limit holds while connecting too.
  const agent = new Agent({ keepAlive: true, maxSockets: 1_024, timeout: patience });
  const proxy = createProxyServer({
    target,
    changeOrigin: true,
    proxyTimeout: patience,
    agent,
    selfHandleResponse: true,
  });
  const late = new WeakSet<IncomingMessage>();
  const sent = new WeakMap<IncomingMessage, ClientRequest>();
  const own = new WeakMap<ServerResponse, Call['headers']>();
  proxy.on('proxyReq', (upstream, request) => {
    sent.set(request, upstream);
    upstream.on('timeout', () => late.add(request));
  });
  proxy.on('proxyRes', (answer, _request, response) => {
    const headers = { ...own.get(response as ServerResponse), ...responseHeaders(answer) };
    response.writeHead(answer.statusCode ?? 502, headers);
    answer.pipe(response);
  });

  async function pass(call: Call): Promise<void> {
    const { request, response } = call;
    own.set(response, call.headers);
    try {
      await proxy.web(request, response).catch((error) => {
        if (!repeats(request, response, sent.get(request), error)) throw error;
        return proxy.web(request, response, { buffer: Readable.from([]) });
      });
    } catch (error) {
      if (response.destroyed && !response.headersSent) return;
      onError(error as Error);
      if (response.headersSent) return void response.destroy();
      const [status, message] = late.has(request)
        ? [504, 'The API does not answer in time']
        : [502, 'The API does not answer'];
      answerError(call, { status, code: 'SERVER_ERROR', message });
    }
  }

  return { pass, close: () => agent.destroy() };
}

/** A connection that the upstream closed just when it was used again: the request was never read (RFC 9112 §9.3.1). */
function repeats(
  request: IncomingMessage,
  response: ServerResponse,
  upstream: ClientRequest | undefined,
  error: NodeJS.ErrnoException,
): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  const safe = /^(?:GET|HEAD)$/.test(request.method ?? '') && length === undefined && coding === undefined;
  return (
    safe &&
    upstream?.reusedSocket === true &&
    error.code === 'ECONNRESET' &&
    !response.headersSent &&
    !response.destroyed
  );
}
