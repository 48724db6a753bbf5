/** Names of the template databases, shared by global-setup.ts and the tests. */
export const templateName = 'vcauth_template';
/** The template that also contains the standard data of test servers (standard.ts). */
export const standardName = 'vcauth_standard';

/** Returns the URL of another database on the same server. */
export function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}
