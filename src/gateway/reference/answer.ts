/** Answers of the gateway itself, in the API's envelope. */
import { envelopeError } from '../envelope.ts';
import type { Refusal } from '../guard.ts';
import type { Call } from './call.ts';

export function refuse(call: Call, { status, headers, body }: Refusal): void {
  call.response.writeHead(status, { ...call.headers, ...headers });
  call.response.end(JSON.stringify(body));
}

export function answerError(
  call: Call,
  error: { status: number; code: string; message: string; headers?: Record<string, string> },
): void {
  answerJson(call, error.status, envelopeError(error.code, error.message, call.requestId), error.headers);
}

export function answerJson(call: Call, status: number, body: object, headers: Record<string, string> = {}): void {
  const text = JSON.stringify(body);
  call.response.writeHead(status, {
    ...call.headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    ...headers,
  });
  call.response.end(text);
}
