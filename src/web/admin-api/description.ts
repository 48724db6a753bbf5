/** What the admin API says about itself: its OpenAPI document, and the page made from it. */
import { adminApiDocs } from '../../../views/admin-api/docs.ts';
import { docsOf } from './docs.ts';
import { type OpenApi, openApi } from './openapi.ts';
import { operations } from './table.ts';

export function describe(issuer: string): { document: OpenApi; page: ReturnType<typeof adminApiDocs> } {
  const document = openApi(issuer, operations);
  return { document, page: adminApiDocs(docsOf(document, issuer)) };
}
