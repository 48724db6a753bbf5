/** The HTTP client of the load generator: minimal, with persistent connections, without following redirects. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

export function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return send(url, 'GET', headers);
}

/** POSTs a form. */
export function post(
  url: string,
  form: Record<string, string> | URLSearchParams,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const body = new URLSearchParams(form).toString();
  const more = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  };
  return send(url, 'POST', more, body);
}

export function basic({ id, secret }: { id: string; secret: string }): { authorization: string } {
  const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** The server sheds load (503): it wants to be asked again later. */
export class Refused extends Error {}

export function throwIfRefused({ status }: Answer): void {
  if (status === 503) throw new Refused('the server sheds load');
}

/** Returns the JSON of a successful answer. */
export function json<T>(answer: Answer): T {
  throwIfRefused(answer);
  if (answer.status !== 200) throw new Error(`status ${answer.status}: ${answer.text.slice(0, 500)}`);
  return JSON.parse(answer.text) as T;
}

function send(url: string, method: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent, timeout: 30_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error(`no answer from ${url} within 30 s`)));
    sent.end(body);
  });
}
