/** What the start of the run and the tests agree on. */
export const templateName = 'vcauth_template';
/** The same, with what every test server has (standard.ts). */
export const standardName = 'vcauth_standard';

/** The same server and login, another database. */
export function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}
