/** Every path of the admin API. `{name}` stands for a segment. */
import { adminPath, resourceMetadataPath } from '../../policy/admin-api.ts';
import { operations } from './table.ts';

export const adminApiPaths: readonly string[] = [
  adminPath,
  `${adminPath}/docs`,
  `${adminPath}/openapi.json`,
  resourceMetadataPath,
  ...operations.map(({ path }) => `${adminPath}${path}`),
];
