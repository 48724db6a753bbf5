/** Sends a request as the demo app does, and records what went over the wire. */
import { AppError } from '../../errors.ts';
import type { Content } from './curl.ts';
import type { Recorded } from './walk.ts';

export interface Sent {
  readonly status: number;
  readonly json: Record<string, unknown>;
  /** "200 in 12 ms". */
  readonly outcome: string;
  readonly exchange: Recorded;
}

/**
 * Sends a request with a form (POST) or a bearer token (GET). Throws `unavailable` without an answer in ten seconds.
 */
export async function send(url: string, content: Content): Promise<Sent> {
  const sentAt = Date.now();
  const started = performance.now();
  const response = await fetch(url, {
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
    ...('form' in content
      ? { method: 'POST', body: new URLSearchParams(content.form) }
      : { headers: { Authorization: `Bearer ${content.bearer}` } }),
  }).catch((error: Error) => {
    throw new AppError('unavailable', `No answer from ${url}: ${error.message}`);
  });
  const text = await response.text();
  const ms = Math.max(1, Math.round(performance.now() - started));
  const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
  return {
    status: response.status,
    json,
    outcome: `${response.status} in ${ms} ms`,
    exchange: {
      request: requestText(url, content),
      response: responseText(json, response.headers.get('www-authenticate')),
      status: `${response.status} ${response.statusText}`,
      ok: response.ok,
      sentAt,
    },
  };
}

function requestText(url: string, content: Content): string {
  const { pathname } = new URL(url);
  if ('bearer' in content) return `GET ${pathname}\nAuthorization: Bearer ${shorten(content.bearer)}`;
  const fields = Object.entries(content.form).map(([name, value]) => `${name}=${shorten(value)}`);
  return `POST ${pathname}\nContent-Type: application/x-www-form-urlencoded\n\n${fields.join('\n&')}`;
}

function responseText(json: Record<string, unknown>, challenge: string | null): string {
  const head = challenge ? `WWW-Authenticate: ${challenge}\n\n` : '';
  const empty = Object.keys(json).length === 0;
  const short = (_key: string, value: unknown) => (typeof value === 'string' ? shorten(value) : value);
  return head + (empty ? 'An empty body: done.' : JSON.stringify(json, short, 2));
}

/** Shows long random values by their beginning; refresh tokens by both ends, because a successor begins the same. */
export function shorten(value: string): string {
  if (!/^[\w.-]{33,}$/.test(value)) return value;
  if (value.startsWith('vcs_rt_')) return `${value.slice(0, 14)}…${value.slice(-6)}`;
  return `${value.slice(0, value.length > 200 ? 64 : 20)}…`;
}
