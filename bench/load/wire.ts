/**
 * The HTTP client of the load generator. It opens as many connections as it needs, so that requests are sent on time, and it
 * gives up like apps do: after ten seconds it hangs up.
 */
import { Agent, request } from 'node:http';
import type { Answer } from '../http.ts';

/** How long clients wait for an answer. */
const giveUpMs = 10_000;

/** More open requests than this would only measure the generator. */
const maxOpen = 5_000;

export type Sent =
  | { readonly outcome: 'answered'; readonly answer: Answer; readonly ms: number }
  /** No answer: the client hung up, or the connection broke. */
  | { readonly outcome: 'lost'; readonly ms: number };

const agent = new Agent({ keepAlive: true });
let open = 0;

export const isFull = (): boolean => open >= maxOpen;

export function send(url: string, headers: Record<string, string>, form?: URLSearchParams): Promise<Sent> {
  const body = form?.toString();
  const startedMs = performance.now();
  open += 1;
  return new Promise<Sent>((resolve) => {
    const end = (sent: { outcome: 'lost' } | { outcome: 'answered'; answer: Answer }) => {
      clearTimeout(timer);
      resolve({ ...sent, ms: performance.now() - startedMs });
    };
    const more = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { method: body === undefined ? 'GET' : 'POST', agent, headers: { ...more, ...length, ...headers } };
    const sent = request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', () => end({ outcome: 'lost' }));
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        end({ outcome: 'answered', answer: { status, headers, text } });
      });
    });
    const timer = setTimeout(() => sent.destroy(), giveUpMs);
    sent.on('error', () => end({ outcome: 'lost' }));
    sent.end(body);
  }).finally(() => {
    open -= 1;
  });
}
