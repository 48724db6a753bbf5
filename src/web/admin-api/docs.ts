/** Turns the OpenAPI document into what the documentation page shows. */
import type { adminApiDocs, DocField, DocOperation } from '../../../views/admin-api/docs.ts';
import type { OpenApi } from './openapi.ts';

type Json = Record<string, unknown>;

/** The parts of an operation that the page shows. */
interface Described {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly { readonly oauth: readonly string[] }[];
  readonly parameters?: readonly { name: string; required?: boolean; description?: string; schema: Json }[];
  readonly requestBody?: { readonly content: Json };
}

/** Groups operations by the part of their id before the dot, in the order of the document. */
export function docsOf(document: OpenApi, issuer: string): Parameters<typeof adminApiDocs>[0] {
  const groups = new Map<string, DocOperation[]>();
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods as Record<string, Described>)) {
      const name = operation.operationId.split('.')[0] as string;
      groups.set(name, [...(groups.get(name) ?? []), shown(method.toUpperCase(), path, operation)]);
    }
  }
  const { title, description = '' } = document.info;
  const base = document.servers?.[0]?.url ?? '';
  return { title, description, base, issuer, groups: [...groups].map(([name, operations]) => ({ name, operations })) };
}

function shown(method: string, path: string, operation: Described): DocOperation {
  const { operationId: id, summary, description, security, parameters = [], requestBody } = operation;
  const { schema, example } = (requestBody?.content['application/json'] ?? {}) as {
    schema?: { properties: Record<string, Json>; required?: string[] };
    example?: object;
  };
  const body = Object.entries(schema?.properties ?? {});
  return {
    id,
    method,
    path: `/admin/v1${path}`,
    summary,
    ...(description && { description }),
    scopes: security[0]?.oauth ?? [],
    fields: [
      ...parameters.map((one) => field(one.name, one.schema, one.required === true, { ...one.schema, ...one })),
      ...uploads(requestBody?.content),
      ...body.map(([name, form]) => field(name, form, schema?.required?.includes(name) ?? false, form)),
    ],
    ...(example && { example: JSON.stringify(example, null, 2) }),
  };
}

/** The field for a body that is a file. */
function uploads(content: Json = {}): DocField[] {
  const types = Object.keys(content).filter((type) => type !== 'application/json');
  return types.length === 0 ? [] : [{ name: 'body', form: types.join(', '), required: true }];
}

function field(name: string, schema: Json, required: boolean, { description }: Json): DocField {
  return { name, form: formOf(schema), required, ...(typeof description === 'string' && { description }) };
}

function formOf(schema: Json): string {
  if (Array.isArray(schema.anyOf)) return [...new Set((schema.anyOf as Json[]).map(formOf))].join(' or ');
  if (Array.isArray(schema.enum)) return schema.enum.join(', ');
  if (schema.type === 'array') return `list of ${formOf((schema.items ?? {}) as Json)}`;
  const range = [schema.minimum, schema.maximum].filter((bound) => typeof bound === 'number');
  const type = [schema.type ?? 'any'].flat().join(' or ');
  return `${type}${range.length === 2 ? ` from ${range.join(' to ')}` : ''}`;
}
