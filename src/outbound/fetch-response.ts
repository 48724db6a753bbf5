/** What libraries that expect `fetch` get. */
import type { OutboundAnswer } from './request.ts';

export function fetchResponse({ status, headers, body }: OutboundAnswer): Response {
  const known = Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const empty = status < 200 || [204, 205, 304].includes(status);
  return new Response(empty ? null : new Uint8Array(body), { status: Math.max(200, status), headers: known });
}
