/** The OpenAPI 3.1 document of the admin API, made from the schemas that validate requests. */
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { adminPath, adminResource } from '../../policy/admin-api.ts';
import { adminScopes } from '../../policy/scopes.ts';
import { components } from './documents.ts';
import type { Operation } from './operation.ts';

export type OpenApi = ReturnType<typeof openApi>;

export function openApi(issuer: string, operations: readonly Operation[]) {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: described(operation) };
  }
  const scopes = Object.fromEntries(adminScopes.map((scope) => [scope, `${scope} of this server`]));
  const clientCredentials = { tokenUrl: `${issuer}/oauth/token`, scopes };
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'VibeCaaS admin API',
        version: '1',
        description: `Clients, accounts, grants, keys and the audit log of ${issuer}. Tokens come from client_credentials with resource=${adminResource(issuer)}, for a service that an admin registered with these scopes.`,
      },
      servers: [{ url: `${issuer}${adminPath}` }],
      paths,
      components: {
        securitySchemes: { oauth: { type: 'oauth2', flows: { clientCredentials } } },
        schemas: { ...components, ...frame },
      },
    },
    { reused: 'inline' },
  );
}

function described(operation: Operation): ZodOpenApiOperationObject {
  const { id, summary, description, scopes, body, upload, example, status, params, query } = operation;
  return {
    operationId: id,
    summary,
    ...(description && { description }),
    security: [{ oauth: [...scopes] }],
    requestParams: { path: params, query, header: headersOf(operation) },
    ...(body && {
      requestBody: {
        required: !body.safeParse({}).success,
        content: { 'application/json': { schema: body, ...(example && { example }) } },
      },
    }),
    ...(upload && {
      requestBody: {
        required: true,
        // In OpenAPI 3.1, the schema of binary data can only limit its size.
        content: Object.fromEntries(upload.types.map((type) => [type, { schema: { maxLength: upload.maxBytes } }])),
      },
    }),
    responses: {
      [`${status}`]: {
        description: status === 201 ? 'Created' : 'Done',
        headers: answerHeaders,
        content: { 'application/json': { schema: envelopeOf(operation) } },
      },
      default: {
        description: 'Refused',
        headers: answerHeaders,
        content: { 'application/json': { schema: frame.Error } },
      },
    },
  };
}

function headersOf({ method, versioned, params }: Operation): z.ZodObject {
  const isThere = Object.keys(params.shape).length > 0;
  return z.object({
    ...(method === 'POST' && { 'Idempotency-Key': idempotencyKey }),
    ...(method !== 'GET' && versioned && isThere && { 'If-Match': ifMatch }),
  });
}

const idempotencyKey = z.string().min(1).max(255).optional().meta({
  description: 'The same request with the same key gets the same answer for 24 hours, and has one effect',
});
const ifMatch = z.string().optional().meta({ description: 'The ETag of what you have read' });

const whole = z.string().regex(/^\d+$/);
const answerHeaders = z.object({
  'X-RateLimit-Limit': whole.meta({ description: 'Requests per minute' }),
  'X-RateLimit-Remaining': whole.meta({ description: 'Requests left in this minute' }),
  'X-RateLimit-Reset': whole.meta({ description: 'When the count starts again, in epoch seconds' }),
});

function envelopeOf({ data, list }: Operation): z.ZodObject {
  return z.strictObject({
    success: z.literal(true),
    data: list ? z.array(data) : data,
    ...(list && { pagination: frame.Pagination }),
    meta: frame.Meta,
  });
}

const meta = z.strictObject({ request_id: z.string(), timestamp: z.iso.datetime() });

/** The parts of the envelope around the data. */
const frame = {
  Meta: meta,
  Pagination: z.strictObject({
    page: z.int(),
    per_page: z.int(),
    total: z.int(),
    total_pages: z.int(),
    has_next: z.boolean(),
    has_previous: z.boolean(),
  }),
  Error: z.strictObject({
    success: z.literal(false),
    error: z.strictObject({
      code: z.enum([
        'VALIDATION_ERROR',
        'UNAUTHORIZED',
        'FORBIDDEN',
        'NOT_FOUND',
        'CONFLICT',
        'RATE_LIMITED',
        'SERVER_ERROR',
      ]),
      message: z.string(),
      details: z.record(z.string(), z.unknown()).optional(),
    }),
    meta,
  }),
};
