/** Explains failed requests: `fetch failed` names neither the server nor the reason. */

type Fetch = typeof globalThis.fetch;

/** Like `fetch`, but a failure names the scheme, host and port that were tried, and the reason. */
export function reach(fetch: Fetch, url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init).catch((cause) => {
    throw failure(url, 'cannot be reached', cause);
  });
}

/** Returns the whole text of an answer. Throws as soon as it is longer than `maxChars`, and reads no further. */
export async function textOf(url: string, { body }: Response, maxChars: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunksOf(url, body ?? [])) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > maxChars) throw new Error(`${url} answers more than ${maxChars} characters`);
  }
  return text + decoder.decode();
}

export async function* chunksOf(
  url: string,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    // Errors in the code that handles a chunk are not caught here.
    for await (const chunk of body) yield chunk;
  } catch (cause) {
    throw failure(url, 'broke off its answer', cause);
  }
}

/** Names the port even if the address omits it: a firewall may close that port alone. */
function placeOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `${protocol}//${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}

function failure(url: string, what: string, cause: unknown): Error {
  return new Error(`${placeOf(url)} ${what}: ${reasonOf(cause)}`, { cause });
}

/**
 * The innermost reason. A name with several addresses fails once for each, in an AggregateError with an empty message.
 * Every other reason is the cause of an error whose message does not help.
 */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(reasonOf))].join(', ');
  }
  if (error.cause instanceof Error) return reasonOf(error.cause);
  const { message, code } = error as NodeJS.ErrnoException;
  return message || String(code ?? error.name);
}
