/** Answers of the gateway itself, in the API's envelope. */
import type { ServerResponse } from 'node:http';
import { envelopeError } from '../envelope.ts';
import type { Refusal } from '../guard.ts';

export function refuse(response: ServerResponse, { status, headers, body }: Refusal): void {
  response.writeHead(status, { ...headers });
  response.end(JSON.stringify(body));
}

export function answerError(
  response: ServerResponse,
  error: { status: number; code: string; message: string; headers?: Record<string, string> },
  requestId: string,
): void {
  answerJson(response, error.status, envelopeError(error.code, error.message, requestId), error.headers);
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(text);
}
