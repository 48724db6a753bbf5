/**
 * The field `repository` of a package that is made here. npm refuses to publish with provenance unless it names the repository whose
 * workflow publishes, and every copy of this repository publishes its own packages: so the workflow's variables decide.
 */

/** `{ repository }` with `GITHUB_SERVER_URL` and `GITHUB_REPOSITORY` (owner/name); empty unless both are set. */
export function repositoryField(env: NodeJS.ProcessEnv): { repository?: { type: 'git'; url: string } } {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = env;
  return server && name ? { repository: { type: 'git', url: `git+${server}/${name}.git` } } : {};
}
