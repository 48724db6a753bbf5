/** One request of the trial, and a record of what went over the wire in which secrets are shortened. */
import { AppError } from '../../errors.ts';

export interface Sent {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly exchange: Exchange;
}

/** Safe to print. */
export interface Exchange {
  readonly request: string;
  readonly response: string;
}

export type Content = { readonly form: Record<string, string> } | { readonly bearer: string } | Record<string, never>;

/**
 * A POST with a form, or a GET. Waits for ten seconds.
 * @throws AppError unavailable when nobody answers
 */
export async function send(url: string, content: Content = {}): Promise<Sent> {
  const response = await answer(url, {
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
    ...('form' in content && { method: 'POST', body: new URLSearchParams(content.form) }),
    ...('bearer' in content && { headers: { authorization: `Bearer ${content.bearer}` } }),
  });
  const text = await response.text();
  const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
  return {
    status: response.status,
    body,
    exchange: { request: requestText(url, content), response: responseText(response, body) },
  };
}

/** fetch, with a sentence where it only says that it failed. */
export async function answer(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { message, cause } = error as Error & { cause?: Error & { code?: string } };
    const reason = cause?.code ?? (cause?.message || message);
    throw new AppError(
      'unavailable',
      `nobody answers at ${new URL(url).origin} (${reason}); npm start starts a server on this machine`,
    );
  }
}

/** Long random values are shown by their beginning. */
export function shorten(value: string): string {
  return /^[\w.~-]{40,}$/.test(value) ? `${value.slice(0, 16)}…` : value;
}

function requestText(url: string, content: Content): string {
  if ('form' in content) {
    const fields = Object.entries(content.form).map(([name, value]) => `  ${name}=${shorten(value)}`);
    return [`POST ${url}`, ...fields].join('\n');
  }
  return 'bearer' in content ? `GET ${url}\n  Authorization: Bearer ${shorten(content.bearer)}` : `GET ${url}`;
}

function responseText(response: Response, body: Record<string, unknown>): string {
  const challenge = response.headers.get('www-authenticate');
  const fields = Object.entries(body).map(([name, value]) => `  ${name}: ${shown(value)}`);
  const lines = [
    `${response.status} ${response.statusText}`,
    challenge && `  WWW-Authenticate: ${challenge}`,
    ...fields,
  ];
  return lines.filter(Boolean).join('\n');
}

function shown(value: unknown): string {
  if (typeof value === 'string') return shorten(value);
  return JSON.stringify(value, (_name, inner) => (typeof inner === 'string' ? shorten(inner) : inner));
}
