/**
 * Which of a person's projects an app may use, and for what: authorization details (RFC 9396) of one type. Without them it may use
 * every project. Lists of details are kept in one form, see `canonical`, so that two that mean the same are equal.
 */
import { type ApiScope, apiScopes, isApiScope } from './scopes.ts';

export const projectType = 'vibecaas_project';

interface ProjectDetail {
  readonly type: typeof projectType;
  /** The id of a project; absent for every project of the person. */
  readonly identifier?: string;
  /** Scopes. */
  readonly actions: readonly ApiScope[];
}

export type ProjectDetails = readonly ProjectDetail[];

export const projectLimits = {
  /** Details of a request. */
  asked: 200,
  /** Details of an access token, and the length of their JSON: a longer token would not fit into the headers of every proxy. */
  inToken: 50,
  tokenChars: 4_400,
} as const;

/** Whether a text can be the id of a project. */
export function isProjectId(text: string): boolean {
  return /^[\w.~-]{1,100}$/.test(text);
}

const allProjects = Symbol('all');
type Key = string | typeof allProjects;

/** What each project allows; of a project that is not named, only what all of them allow. */
class Rights {
  readonly #actions = new Map<Key, ReadonlySet<ApiScope>>();

  constructor(details: ProjectDetails | undefined) {
    if (!details) this.#actions.set(allProjects, new Set(apiScopes));
    for (const { identifier = allProjects, actions } of details ?? []) this.#actions.set(identifier, new Set(actions));
  }

  named(): Key[] {
    return [...this.#actions.keys()];
  }

  of(key: Key): ApiScope[] {
    const [own, all] = [this.#actions.get(key), this.#actions.get(allProjects)];
    return apiScopes.filter((scope) => own?.has(scope) || all?.has(scope));
  }
}

function canonical(named: readonly Key[], actionsOf: (key: Key) => readonly ApiScope[]): ProjectDetails {
  const everywhere = actionsOf(allProjects);
  const details: ProjectDetail[] = everywhere.length > 0 ? [{ type: projectType, actions: everywhere }] : [];
  const ids = [...new Set(named)].filter((key): key is string => key !== allProjects).sort();
  for (const identifier of ids) {
    const actions = actionsOf(identifier);
    const adds = actions.some((scope) => !everywhere.includes(scope));
    if (adds) details.push({ type: projectType, identifier, actions });
  }
  return details;
}

/** What both allow; undefined stands for everything. */
export function meet(a: ProjectDetails | undefined, b: ProjectDetails | undefined): ProjectDetails | undefined {
  if (!a || !b) return a ?? b;
  const [one, other] = [new Rights(a), new Rights(b)];
  return canonical([...one.named(), ...other.named()], (key) => {
    const also = other.of(key);
    return one.of(key).filter((scope) => also.includes(scope));
  });
}

/** What either allows. */
export function join(a: ProjectDetails | undefined, b: ProjectDetails | undefined): ProjectDetails | undefined {
  if (!a || !b) return undefined;
  const [one, other] = [new Rights(a), new Rights(b)];
  return canonical([...one.named(), ...other.named()], (key) => {
    const [mine, also] = [one.of(key), other.of(key)];
    return apiScopes.filter((scope) => mine.includes(scope) || also.includes(scope));
  });
}

/** Reports whether everything that is asked for is allowed. */
export function covers(given: ProjectDetails | undefined, asked: ProjectDetails | undefined): boolean {
  const [rights, wanted] = [new Rights(given), new Rights(asked)];
  return wanted.named().every((key) => {
    const allowed = rights.of(key);
    return wanted.of(key).every((scope) => allowed.includes(scope));
  });
}

/** Returns what is left of details with these scopes; undefined stands for everything. */
export function withinScopes(details: ProjectDetails | undefined, scopes: readonly string[]): ProjectDetails {
  const rights = new Rights(details);
  return canonical(rights.named(), (key) => rights.of(key).filter((scope) => scopes.includes(scope)));
}

/** Details that allow these scopes for these projects. */
export function detailsFor(projects: readonly string[], scopes: readonly string[]): ProjectDetails {
  const actions = apiScopes.filter((scope) => scopes.includes(scope));
  return canonical(projects, (key) => (key === allProjects ? [] : actions));
}

/** Returns details without what they allow for one project by its name; undefined if there is nothing. */
export function withoutProject(details: ProjectDetails | undefined, project: string): ProjectDetails | undefined {
  const left = details?.filter(({ identifier }) => identifier !== project);
  return left && left.length < (details?.length ?? 0) ? left : undefined;
}

/** Returns details that have other scopes as well, each wherever they have something. */
export function withScopes(details: ProjectDetails, scopes: readonly string[]): ProjectDetails {
  const [rights, named] = [new Rights(details), scopesOf(details)];
  const fresh = apiScopes.filter((scope) => scopes.includes(scope) && !named.includes(scope));
  const keys = rights.named();
  return canonical(keys, (key) => (keys.includes(key) ? [...rights.of(key), ...fresh] : []));
}

/** The scopes that details name. */
export function scopesOf(details: ProjectDetails): ApiScope[] {
  return apiScopes.filter((scope) => details.some(({ actions }) => actions.includes(scope)));
}

/** The projects that details name, or that have one of these scopes; `*` for all of the person's. */
export function projectsWith(details: ProjectDetails | undefined, scopes: readonly string[]): readonly string[] | '*' {
  if (!details) return '*';
  const having = details.filter(({ actions }) => scopes.every((scope) => actions.some((one) => one === scope)));
  if (having.some(({ identifier }) => identifier === undefined)) return '*';
  return having.flatMap(({ identifier }) => identifier ?? []);
}

/** Reads a request. RFC 9396 §5 wants unknown members and values refused. */
export function readProjectDetails(text: string): { details: ProjectDetails } | { problem: string } {
  const list = parsed(text);
  if (!Array.isArray(list) || list.length === 0)
    return { problem: 'authorization_details must be a JSON array with at least one object' };
  if (list.length > projectLimits.asked)
    return { problem: `authorization_details must have at most ${projectLimits.asked} objects` };
  for (const [index, one] of list.entries()) {
    const problem = detailProblem(one);
    if (problem) return { problem: `${problem} (authorization_details, object ${index + 1})` };
  }
  const details = list as ProjectDetails;
  if (new Set(details.map(({ identifier }) => identifier)).size < details.length)
    return { problem: 'authorization_details must name each project once' };
  const rights = new Rights(details);
  return { details: canonical(rights.named(), (key) => rights.of(key)) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function detailProblem(one: unknown): string | undefined {
  if (typeof one !== 'object' || one === null || Array.isArray(one)) return 'each must be a JSON object';
  const { type, identifier, actions, ...others } = one as Record<string, unknown>;
  if (type !== projectType) return `type must be ${projectType}`;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return 'only type, identifier and actions are known';
  if (identifier !== undefined && (typeof identifier !== 'string' || !isProjectId(identifier)))
    return 'identifier must be the id of a project';
  if (!Array.isArray(actions) || actions.length === 0) return 'actions must be a list of scopes';
  if (!actions.every((scope) => typeof scope === 'string' && isApiScope(scope)))
    return `actions must be some of ${apiScopes.join(' ')}`;
  return new Set(actions).size < actions.length ? 'actions must name each scope once' : undefined;
}

/** Details as a verified token has them. A list that is not understood allows nothing. */
export function readProjectList(details: unknown): ProjectDetails {
  return Array.isArray(details) && details.every((one) => detailProblem(one) === undefined) ? details : [];
}

const grantPrefix = 'grant:';

/**
 * The details as an access token has them. If there are too many, one object stands for them: its `identifier` is `grant:` and the
 * id of the grant, which no project can have, so that who does not know this refuses. Introspection has the whole list.
 */
export function detailsInToken(details: ProjectDetails, grantId: string): readonly object[] {
  const fits = details.length <= projectLimits.inToken && JSON.stringify(details).length <= projectLimits.tokenChars;
  return fits ? details : [{ type: projectType, identifier: `${grantPrefix}${grantId}`, actions: scopesOf(details) }];
}

/** Whether a token names its grant instead of its projects. */
export function namesItsGrant(details: unknown): boolean {
  if (!Array.isArray(details)) return false;
  return details.some((one) => typeof one?.identifier === 'string' && one.identifier.startsWith(grantPrefix));
}
