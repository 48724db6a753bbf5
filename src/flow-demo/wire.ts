/** Sends a request, and records what went over the wire, with secrets shortened. */
import { AppError } from '../errors.ts';
import type { Request } from './requests.ts';

export interface Sent {
  readonly status: number;
  /** The JSON object of the response; empty for any other body. */
  readonly body: Record<string, unknown>;
  readonly exchange: Exchange;
}

/** Safe to show. */
export interface Exchange {
  readonly request: {
    readonly method: 'GET' | 'POST';
    readonly url: string;
    readonly bearer?: string;
    readonly form?: Record<string, string>;
  };
  readonly response: {
    readonly status: number;
    readonly statusText: string;
    /** The value of WWW-Authenticate. */
    readonly challenge?: string;
    readonly body: Record<string, unknown>;
  };
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly tookMs: number;
}

const timeoutMs = 10_000;

/** @throws AppError unavailable if there is no answer */
export async function send(request: Request): Promise<Sent> {
  const sentAt = Date.now();
  const started = performance.now();
  const response = await reach(request.url, {
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
    ...('form' in request && { method: 'POST', body: new URLSearchParams(request.form) }),
    ...('bearer' in request && { headers: { authorization: `Bearer ${request.bearer}` } }),
  });
  const text = await response.text();
  const tookMs = Math.max(1, Math.round(performance.now() - started));
  const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
  const shown = { request: shownRequest(request), response: shownResponse(response, body) };
  return { status: response.status, body, exchange: { ...shown, sentAt, tookMs } };
}

/** Like `fetch`, with an error message that says why there is no answer. */
export async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { message, cause } = error as Error & { cause?: Error & { code?: string } };
    const reason = cause?.code ?? (cause?.message || message);
    throw new AppError('unavailable', `nobody answers at ${new URL(url).origin} (${reason})`);
  }
}

/** Shows long random values by their beginning; refresh tokens by both ends, because a successor begins the same. */
export function shorten(value: string): string {
  if (!/^[\w.~-]{33,}$/.test(value)) return value;
  if (value.startsWith('vcs_rt_')) return `${value.slice(0, 14)}…${value.slice(-6)}`;
  return `${value.slice(0, 16)}…`;
}

function shownRequest(request: Request): Exchange['request'] {
  const { url } = request;
  if ('form' in request) return { method: 'POST', url, form: shortened(request.form) };
  return { method: 'GET', url, ...(request.bearer !== undefined && { bearer: shorten(request.bearer) }) };
}

function shownResponse({ status, statusText, headers }: Response, body: Record<string, unknown>): Exchange['response'] {
  const challenge = headers.get('www-authenticate');
  return { status, statusText, ...(challenge && { challenge }), body: shortened(body) };
}

function shortened<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_name, inner) => (typeof inner === 'string' ? shorten(inner) : inner)));
}
