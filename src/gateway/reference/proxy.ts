/** Passes requests on, streaming both ways; the kept library httpxy does the work. */
import { Agent as HttpAgent, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createProxyServer } from 'httpxy';
import { answerError } from './answer.ts';

/** Waits for an upstream that is silent; milliseconds. */
const patience = 60_000;

export function createUpstream(upstreamUrl: string, onError: (error: Error) => void) {
  const Agent = upstreamUrl.startsWith('https:') ? HttpsAgent : HttpAgent;
  const proxy = createProxyServer({
    target: upstreamUrl,
    changeOrigin: true,
    xfwd: true,
    proxyTimeout: patience,
    agent: new Agent({ keepAlive: true, maxSockets: 512 }),
  });
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await proxy.web(request, response);
    } catch (error) {
      onError(error as Error);
      if (response.headersSent) return void response.destroy();
      const requestId = String(response.getHeader('X-Request-Id'));
      answerError(response, { status: 502, code: 'SERVER_ERROR', message: 'The API does not answer' }, requestId);
    }
  };
}
