/** The envelope of every answer of the API. */

interface EnvelopeMeta {
  readonly request_id: string;
  readonly timestamp: string;
}

export function envelope(data: unknown, requestId: string, more: object = {}): object {
  return { success: true, data, ...more, meta: meta(requestId) };
}

export function envelopeError(code: string, message: string, requestId: string, details?: unknown): object {
  return {
    success: false,
    error: { code, message, ...(details === undefined ? {} : { details }) },
    meta: meta(requestId),
  };
}

function meta(requestId: string): EnvelopeMeta {
  return { request_id: requestId, timestamp: new Date().toISOString() };
}
