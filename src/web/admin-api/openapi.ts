/** The OpenAPI 3.1 document, generated from the very schemas that validate. */
import { z } from 'zod';
import { adminPath, adminResource } from '../../policy/admin-api.ts';
import { adminScopes } from '../../policy/scopes.ts';
import { components } from './documents.ts';
import type { Operation } from './operation.ts';

type Json = Record<string, unknown>;

/** As far as the page that shows it looks at it. */
export interface OpenApi {
  readonly openapi: '3.1.1';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: Json;
}

export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly { readonly oauth: readonly string[] }[];
  readonly parameters: readonly Json[];
  readonly requestBody?: Json;
  readonly responses: Json;
}

export function openApi(issuer: string, operations: readonly Operation[]): OpenApi {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const operation of operations) {
    const path = paths[operation.path] ?? {};
    path[operation.method.toLowerCase()] = described(operation);
    paths[operation.path] = path;
  }
  const scopes = Object.fromEntries(adminScopes.map((scope) => [scope, `${scope} of this server`]));
  const clientCredentials = { tokenUrl: `${issuer}/oauth/token`, scopes };
  return {
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
      schemas: {
        ...Object.fromEntries(Object.entries(components).map(([name, shape]) => [name, output(shape)])),
        ...frame,
      },
    },
  };
}

function described(operation: Operation): OpenApiOperation {
  const { id, summary, description, scopes, body, upload, example, status } = operation;
  return {
    operationId: id,
    summary,
    ...(description && { description }),
    security: [{ oauth: scopes }],
    parameters: [
      ...parameters(operation.params, 'path'),
      ...parameters(operation.query, 'query'),
      ...headers(operation),
    ],
    ...(body && {
      requestBody: {
        required: !body.safeParse({}).success,
        content: { 'application/json': { schema: input(body), ...(example && { example }) } },
      },
    }),
    ...(upload && {
      requestBody: {
        required: true,
        // Bytes have no schema in OpenAPI 3.1 but their size.
        content: Object.fromEntries(upload.types.map((type) => [type, { schema: { maxLength: upload.largest } }])),
      },
    }),
    responses: {
      [status]: {
        description: status === 201 ? 'Made' : 'Done',
        headers: answerHeaders,
        content: { 'application/json': { schema: envelopeOf(operation) } },
      },
      default: {
        description: 'Refused',
        headers: answerHeaders,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function parameters(fields: z.ZodObject, where: 'path' | 'query'): Json[] {
  return Object.entries(fields.shape).map(([name, form]) => {
    const { description, example, ...schema } = input(form as z.ZodType);
    return {
      name,
      in: where,
      required: where === 'path' || !(form as z.ZodType).safeParse(undefined).success,
      ...(description !== undefined && { description }),
      ...(example !== undefined && { example }),
      schema,
    };
  });
}

function headers({ method, versioned, params }: Operation): Json[] {
  const isThere = Object.keys(params.shape).length > 0;
  return [
    ...(method === 'POST' ? [idempotencyKey] : []),
    ...(method !== 'GET' && versioned && isThere ? [ifMatch] : []),
  ];
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'The same request with the same key gets the same answer for 24 hours, and has one effect',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};
const ifMatch = {
  name: 'If-Match',
  in: 'header',
  description: 'The ETag of what you have read',
  schema: { type: 'string' },
};

const whole = { schema: { type: 'string', pattern: '^\\d+$' } };
const answerHeaders = {
  'X-RateLimit-Limit': { description: 'Requests per minute', ...whole },
  'X-RateLimit-Remaining': { description: 'How many are left in this minute', ...whole },
  'X-RateLimit-Reset': { description: 'When the count begins anew, in epoch seconds', ...whole },
};

function envelopeOf({ data, list }: Operation): Json {
  const one = reference(data);
  const properties = {
    success: { const: true },
    data: list ? { type: 'array', items: one } : one,
    ...(list && { pagination: { $ref: '#/components/schemas/Pagination' } }),
    meta: { $ref: '#/components/schemas/Meta' },
  };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function reference(shape: z.ZodType): Json {
  const name = Object.entries(components).find(([, component]) => component === shape)?.[0];
  return name ? { $ref: `#/components/schemas/${name}` } : output(shape);
}

/** What every answer has around its data. */
const frame = {
  Meta: output(z.strictObject({ request_id: z.string(), timestamp: z.iso.datetime() })),
  Pagination: output(
    z.strictObject({
      page: z.int(),
      per_page: z.int(),
      total: z.int(),
      total_pages: z.int(),
      has_next: z.boolean(),
      has_previous: z.boolean(),
    }),
  ),
  Error: output(
    z.strictObject({
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
      meta: z.strictObject({ request_id: z.string(), timestamp: z.iso.datetime() }),
    }),
  ),
};

function input(shape: z.ZodType): Json {
  return withoutDialect(z.toJSONSchema(shape, { io: 'input' }));
}

function output(shape: z.ZodType): Json {
  return withoutDialect(z.toJSONSchema(shape, { io: 'output' }));
}

/** OpenAPI 3.1 has the same dialect of JSON Schema by itself. */
function withoutDialect({ $schema: _dialect, ...schema }: Json): Json {
  return schema;
}
