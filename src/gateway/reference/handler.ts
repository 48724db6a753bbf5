/** The entry of the reference gateway: it refuses malformed requests and dispatches the others by path. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createMetadataAnswer, type ProtectedResource, resourceMetadataUrl } from '../resource-metadata.ts';
import type { VerifierStatus } from '../verifier.ts';
import { answerError, answerJson } from './answer.ts';
import { type ApiCallDeps, answerApiCall } from './api-call.ts';
import type { Call } from './call.ts';
import { allowOrigins, answerPreflight } from './cors.ts';
import { malformed } from './form.ts';
import { type ForwardAuthDeps, forwardAuth, isForwardAuth } from './forward-auth.ts';
import { readHead } from './request-head.ts';
import { answerResourceCall, resourcesByPath, type ServedResource } from './resource-call.ts';

export interface GatewayDeps extends ForwardAuthDeps, ApiCallDeps {
  readonly issuer: string;
  /** The API as a resource. */
  readonly resource: string;
  /** Others behind this gateway. */
  readonly resources?: readonly ServedResource[];
  readonly status: () => VerifierStatus;
  /** The number since this process started. */
  readonly droppedLogLines: () => number;
  readonly onError: (error: unknown, requestId: string) => void;
}

export function createGatewayHandler(deps: GatewayDeps) {
  const documents = ownDocuments(deps);
  const resourceAt = resourcesByPath(deps.resources ?? []);

  /** Undefined if there was nothing to wait for: a promise costs more than a check. */
  function handle(call: Call): Promise<void> | undefined {
    const problem = malformed(call);
    if (problem) {
      allowOrigins(call);
      return void answerError(call, problem);
    }
    const { method, url: target = '/' } = call.request;
    const query = target.indexOf('?');
    const path = query < 0 ? target : target.slice(0, query);
    if (documents.get(path)?.(call, method)) return undefined;
    if (isForwardAuth(path)) return forwardAuth(call, deps);
    allowOrigins(call);
    const resource = resourceAt(path);
    if (answerPreflight(call, path, resource !== undefined)) return undefined;
    return resource ? answerResourceCall(deps, resource, call, path) : answerApiCall(deps, call, path);
  }

  function failed(call: Call, error: unknown): void {
    deps.onError(error, call.requestId);
    if (call.response.headersSent) return void call.response.destroy();
    answerError(call, { status: 500, code: 'SERVER_ERROR', message: 'Something here failed' });
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    const requestId = `req_${randomUUID()}`;
    const call = { request, head: readHead(request), response, requestId, headers: { 'X-Request-Id': requestId } };
    // A body that was announced with Expect may or may not follow.
    if (request.headers.expect !== undefined) response.shouldKeepAlive = false;
    try {
      handle(call)?.catch((error: unknown) => failed(call, error));
    } catch (error) {
      failed(call, error);
    }
  };
}

/** Whether it answered: false for a method that the document does not support. */
type OwnDocument = (call: Call, method: string | undefined) => boolean;

/** The gateway's own documents, by path. */
function ownDocuments(deps: GatewayDeps): Map<string, OwnDocument> {
  const { resource, resources = [], issuer, status, droppedLogLines } = deps;
  const state =
    (tell: () => object): OwnDocument =>
    (call, method) => {
      if (method !== 'GET' && method !== 'HEAD') return false;
      answerJson(call, 200, tell());
      return true;
    };
  return new Map<string, OwnDocument>([
    ['/healthz', state(() => ({ status: 'ok' }))],
    // While the feed is cut off each call is introspected, which is slower but correct, so the gateway is ready.
    [
      '/readyz',
      state(() => ({ status: 'ready', revocations: status().revocations, log_lines_dropped: droppedLogLines() })),
    ],
    metadata({ resource, issuer }),
    ...resources.map((one) => metadata({ ...one, issuer })),
  ]);
}

function metadata(about: ProtectedResource): [string, OwnDocument] {
  const answerMetadata = createMetadataAnswer(about);
  const document: OwnDocument = (call, method = 'GET') => {
    const answer = answerMetadata(method);
    if (!answer) return false;
    call.response.writeHead(answer.status, { ...call.headers, ...answer.headers });
    call.response.end(answer.body);
    return true;
  };
  return [new URL(resourceMetadataUrl(about.resource)).pathname, document];
}
