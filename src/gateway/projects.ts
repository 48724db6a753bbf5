/** The projects to which a token or key is limited (docs/gateway.md): authorization details (RFC 9396), or the list of an API key. */
import { namesItsGrant, projectsWith, readProjectList } from '../policy/project-details.ts';
import { isApiScope } from '../policy/scopes.ts';
import { type CallerClaims, isKey } from './claims.ts';
import { TokenError } from './errors.ts';

/** What a call says about projects. A call that says nothing is refused to whoever is limited. */
export interface ProjectRequirements {
  /** The id of the project that the call is about. */
  readonly project?: string | undefined;
  /** The call names no project, and what answers it keeps to `projectsOf`. */
  readonly filtered?: boolean | undefined;
}

/** Where a call may go: every project, or these. */
export type Projects = readonly string[] | '*';

/**
 * The projects in which the caller has these scopes, space-separated; without any, all of its scopes. `*` stands for every project
 * of the person. Details that this version does not understand give none.
 */
export function projectsOf(claims: CallerClaims, scope = ''): Projects {
  if (isKey(claims)) return claims.projects ?? '*';
  const { authorization_details: details } = claims;
  if (details === undefined) return '*';
  const scopes = (scope || (claims.scope ?? '')).split(' ').filter(isApiScope);
  return projectsWith(readProjectList(details), scopes);
}

/** Whether a token has too many projects to name them, so that its server has to be asked. */
export function mustAskForProjects(claims: CallerClaims): boolean {
  return !isKey(claims) && claims.authorization_details !== undefined && namesItsGrant(claims.authorization_details);
}

/** The projects that one call may touch: the one that it names, or all that the caller has. */
export function projectsOfCall(claims: CallerClaims, scope: string, { project }: ProjectRequirements): Projects {
  const projects = projectsOf(claims, scope);
  return projects === '*' || project === undefined ? projects : [project];
}

/** RFC 6750 §3.1: 403, and what would be sufficient. @throws TokenError */
export function requireProjects(
  claims: CallerClaims,
  request: (ProjectRequirements & { readonly scope?: string }) | undefined,
): void {
  const { scope = '', project, filtered } = request ?? {};
  const projects = projectsOf(claims, scope);
  if (projects === '*') return;
  const options = { scope, caller: claims };
  if (project !== undefined) {
    if (projects.includes(project)) return;
    throw new TokenError('insufficient_scope', 'This is another project than those that were allowed', {
      ...options,
      project,
    });
  }
  if (!filtered)
    throw new TokenError('insufficient_scope', 'This call needs access that is not limited to projects', options);
  if (projects.length === 0) throw new TokenError('insufficient_scope', 'No project was allowed for this', options);
}
