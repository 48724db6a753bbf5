/** Which projects an app may use: what the consent page shows, and what its form says. */
import { m, speech } from '../../../../views/messages/index.ts';
import type { ConsentProjects } from '../../../../views/oauth/consent-projects.ts';
import { AppError } from '../../../errors.ts';
import { asksForAll, type ProjectChoice } from '../../../policy/consented-projects.ts';
import type { ProjectDetails } from '../../../policy/project-details.ts';
import { isProjectId } from '../../../policy/project-details.ts';
import { maxChosenProjects, type Project, projectsFound, sortedProjects } from '../../../policy/project-list.ts';
import { isApiScope } from '../../../policy/scopes.ts';
import type { PersonProjects, PersonProjectsDeps } from '../../http/person-projects.ts';
import type { Interaction } from './current.ts';
import type { Asked } from './question.ts';

/** Rows of the page. The search finds the others. */
const maxRows = 200;

/** What the form said, if it is shown again. */
export interface Chosen {
  readonly mode: 'all' | 'only';
  readonly ids: readonly string[];
  readonly find: string;
}

export interface ProjectStep {
  /** Undefined if the person has nothing to choose. */
  show(interaction: Interaction, asked: Asked, chosen?: Chosen): Promise<ConsentProjects | undefined>;
  /** What the form says. @throws AppError for an answer that the page does not offer */
  read(form: URLSearchParams, asked: Asked): Chosen | undefined;
  /** The choice, or what is wrong with it, to be shown with the page. */
  decide(
    interaction: Interaction,
    asked: Asked,
    chosen: Chosen | undefined,
  ): Promise<ProjectChoice | undefined | string>;
}

export function projectStep(deps: PersonProjectsDeps): ProjectStep {
  let projectsOf: Promise<PersonProjects> | undefined;
  // The first page that shows projects imports what lists them.
  const load = async () => (await import('../../http/person-projects.ts')).personProjects(deps);
  const listOf = async ({ uid }: Interaction, accountId: string) => {
    projectsOf ??= load();
    return (await projectsOf)(uid, accountId);
  };
  /** What limits the app already is shown, even where nothing can list the person's projects. */
  const isLimited = ({ details, remembered }: Asked): boolean =>
    details !== undefined || (remembered?.authorization_details ?? undefined) !== undefined;
  const isAsked = (asked: Asked): boolean =>
    asked.requested.some(isApiScope) && !asked.client.first_party && (isLimited(asked) || deps.projects !== undefined);

  return {
    async show(interaction, asked, chosen) {
      if (!isAsked(asked)) return undefined;
      const list = await listOf(interaction, asked.account.id);
      return asksForAll(asked.details) ? ofAll(asked, list, chosen) : ofSome(asked, list, chosen);
    },
    read(form, asked) {
      if (!isAsked(asked)) return undefined;
      const ids = [...new Set(form.getAll('project'))];
      if (!ids.every(isProjectId)) throw new AppError('invalid', 'Choose projects of the list');
      const find = (form.get('find') ?? '').slice(0, 200);
      if (!asksForAll(asked.details)) return { mode: 'only', ids, find };
      const [mode, ...others] = form.getAll('projects');
      if ((mode !== 'all' && mode !== 'only') || others.length > 0)
        throw new AppError('invalid', 'Choose which projects');
      return { mode, ids, find };
    },
    async decide(interaction, asked, chosen) {
      if (!chosen || chosen.mode === 'all') return undefined;
      const { ids } = chosen;
      if (ids.length === 0) return m().consentProjects.none;
      if (ids.length > maxChosenProjects) return m().consentProjects.tooMany(maxChosenProjects);
      const shown = asksForAll(asked.details) ? undefined : idsOf(asked.details);
      const known = shown ?? (await listOf(interaction, asked.account.id))?.map(({ id }) => id);
      const before = idsOf(asked.remembered?.authorization_details ?? undefined);
      if (known && !ids.every((id) => known.includes(id) || before.includes(id)))
        throw new AppError('invalid', 'Choose projects of the list');
      return { shown: shown ?? ids, chosen: ids };
    },
  };
}

const idsOf = (details: ProjectDetails | undefined): string[] =>
  (details ?? []).flatMap(({ identifier }) => identifier ?? []);

/** An app that names projects gets none but these; those that the person does not have are left out. */
function ofSome({ details }: Asked, list: Project[] | undefined, chosen: Chosen | undefined): ConsentProjects {
  const asked = idsOf(details);
  const named = new Map(list?.map((one) => [one.id, one]));
  const theirs = list ? asked.filter((id) => named.has(id)) : asked;
  const rows = theirs.map((id) => ({
    ...(named.get(id) ?? { id, name: id }),
    ticked: chosen?.ids.includes(id) ?? true,
  }));
  return {
    kind: 'named',
    rows: sortedProjects(rows, speech().code) as typeof rows,
    foreign: asked.length - theirs.length,
    unavailable: list === undefined,
  };
}

function ofAll(asked: Asked, list: Project[] | undefined, chosen: Chosen | undefined): ConsentProjects | undefined {
  const before = asked.remembered?.authorization_details ?? undefined;
  const remembered = idsOf(before);
  const known = new Map((list ?? []).map((one) => [one.id, one]));
  // What was allowed before, or ticked, can be unticked, also if it is gone, or nothing can be listed.
  const shownBefore = [...remembered, ...(chosen?.ids ?? [])];
  const all = sortedProjects(
    [...shownBefore.map((id) => known.get(id) ?? { id, name: id }), ...(list ?? [])],
    speech().code,
  );
  const ticked = new Set(chosen?.ids ?? remembered);
  const find = chosen?.find ?? '';
  const found = projectsFound(all, find);
  const rows = found.slice(0, maxRows).map((one) => ({ ...one, ticked: ticked.has(one.id) }));
  const shown = new Set(rows.map(({ id }) => id));
  return {
    kind: 'any',
    mode: chosen?.mode ?? (before ? 'only' : 'all'),
    rows,
    kept: [...ticked].filter((id) => !shown.has(id)),
    total: all.length,
    found: found.length,
    find,
    unavailable: list === undefined,
  };
}

/** Whether nobody could allow anything: the app names projects, and the person has none of them. */
export function hasNoneOfThem(shown: ConsentProjects | undefined): boolean {
  return shown?.kind === 'named' && shown.rows.length === 0;
}
