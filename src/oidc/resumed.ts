/** The routes of the engine by which a browser comes back from our pages: to an authorization request, and to a device's. */
const routes: ReadonlySet<string | undefined> = new Set(['resume', 'device_resume']);

export function resumes(route: string | undefined): boolean {
  return routes.has(route);
}
