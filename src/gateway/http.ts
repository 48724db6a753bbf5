/** Requests to the authorization server, bounded in time and size, without redirects. */
import { reach, textOf } from './reach.ts';

/** The credentials of a gateway client, as registered. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

const timeoutMs = 2_000;
const maxAnswerChars = 100_000;

/** RFC 6749 §2.3.1: both parts are form-encoded. */
export function basicAuthorization({ clientId, clientSecret }: Credentials): string {
  const encode = (text: string) => encodeURIComponent(text);
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`;
}

/** An answer that is not 200. */
export class StatusError extends Error {
  readonly status: number;

  constructor(url: string, status: number) {
    super(`${url} answers ${status}`);
    this.name = 'StatusError';
    this.status = status;
  }
}

/** The JSON object of a 200 answer, and for how many seconds it may be cached. Throws for every other answer. */
export async function requestJson(
  fetch: typeof globalThis.fetch,
  url: string,
  init: RequestInit = {},
  maxChars = maxAnswerChars,
): Promise<{ body: Record<string, unknown>; maxAgeSeconds: number }> {
  const response = await reach(fetch, url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new StatusError(url, response.status);
  }
  const body = parsed(await textOf(url, response, maxChars));
  if (typeof body !== 'object' || body === null) throw new Error(`${url} does not answer with a JSON object`);
  const maxAgeSeconds = Number(/\bmax-age=(\d+)/.exec(response.headers.get('cache-control') ?? '')?.[1] ?? 0);
  return { body: body as Record<string, unknown>, maxAgeSeconds };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
