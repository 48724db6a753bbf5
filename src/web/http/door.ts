/**
 * Refuses requests of programs while too many are in flight, before any middleware sees them: such a refusal costs a fifth of
 * one by `admission`, and under an overload most requests are refused. Spellings that only `onePath` understands go on to it.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from '../../log/index.ts';
import { kindOf, retryAfterSeconds } from '../../policy/admission.ts';
import { type Admission, headersOfRefusal, type RefusalReason, sentenceOf } from './admission.ts';
import { addressOf } from './caller.ts';
import { allowEveryOrigin } from './cross-origin.ts';
import { headersOf } from './headers.ts';
import { newRequestId } from './requests.ts';

export interface DoorDeps {
  readonly admission: Pick<Admission, 'refuse'>;
  readonly issuer: string;
  readonly trustProxy: boolean;
  readonly log: Logger;
}

/** Refusals have no log line each: that would be a flood in the log, too. */
const logEveryMs = 1_000;

export function door(handler: RequestListener, { admission, issuer, trustProxy, log }: DoorDeps): RequestListener {
  const headers = headersOf(issuer);
  const noteRefusal: Readonly<Record<RefusalReason, () => void>> = {
    full: countInLog(log, 'too many requests in flight: refused some'),
    clock: countInLog(log, 'the clock of this node was set: refused some requests'),
  };
  return (request, response) => {
    const { method = '', url = '' } = request;
    const isToken = kindOf(method, url) === 'token';
    const reason = isToken ? admission.refuse('token', url, addressOf(request, trustProxy)) : undefined;
    if (!reason) return void handler(request, response);
    for (const [name, value] of headers) response.setHeader(name, value);
    answerRefused(request, response, reason);
    noteRefusal[reason]();
  };
}

function answerRefused(request: IncomingMessage, response: ServerResponse, reason: RefusalReason): void {
  const requestId = newRequestId();
  // A script must see when to try again.
  allowEveryOrigin(request, response);
  for (const [name, value] of Object.entries(headersOfRefusal(reason))) response.setHeader(name, value);
  response.setHeader('X-Request-Id', requestId);
  response.setHeader('Retry-After', String(retryAfterSeconds('token')));
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.statusCode = 503;
  response.end(
    JSON.stringify({
      error: 'temporarily_unavailable',
      error_description: sentenceOf('token', reason),
      request_id: requestId,
    }),
  );
}

function countInLog(log: Logger, message: string): () => void {
  let refused = 0;
  return () => {
    refused += 1;
    if (refused > 1) return;
    const write = () => {
      log.warn({ refused, kind: 'token' }, message);
      refused = 0;
    };
    setTimeout(write, logEveryMs).unref();
  };
}
