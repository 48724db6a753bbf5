/** Which projects an app may use: what the consent page shows, and what its form says. */
import { speech } from '../../../../views/messages/index.ts';
import type { ConsentProjects } from '../../../../views/oauth/consent-projects.ts';
import { AppError } from '../../../errors.ts';
import { asksForAll, type ProjectChoice } from '../../../policy/consented-projects.ts';
import type { ProjectDetails } from '../../../policy/project-details.ts';
import { maxChosenProjects, type Project, sortedProjects } from '../../../policy/project-list.ts';
import { isApiScope } from '../../../policy/scopes.ts';
import type { PersonProjects, PersonProjectsDeps } from '../../http/person-projects.ts';
import type { Picked } from '../../http/project-picker.ts';
import type { Interaction } from './current.ts';
import type { Asked } from './question.ts';

/** Few servers list projects, so a start does not import this. */
const picker = () => import('../../http/project-picker.ts');

export interface ProjectStep {
  /** Undefined if the person has nothing to choose. */
  show(interaction: Interaction, asked: Asked, chosen?: Picked): Promise<ConsentProjects | undefined>;
  /** What the form says. @throws AppError for an answer that the page does not offer */
  read(form: URLSearchParams, asked: Asked): Promise<Picked | undefined>;
  /** The choice, or what is wrong with it, to be shown with the page. */
  decide(
    interaction: Interaction,
    asked: Asked,
    chosen: Picked | undefined,
  ): Promise<ProjectChoice | undefined | string>;
}

export function projectStep(deps: PersonProjectsDeps): ProjectStep {
  let projectsOf: PersonProjects | undefined;
  const listOf = async ({ uid }: Interaction, accountId: string) => {
    projectsOf ??= (await picker()).listedProjects(deps);
    return projectsOf(uid, accountId);
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
      if (!asksForAll(asked.details)) return ofSome(asked, list, chosen);
      return { kind: 'any', ...(await picker()).projectPickerOf(list, { before: before(asked), picked: chosen }) };
    },
    async read(form, asked) {
      if (!isAsked(asked)) return undefined;
      const { readPicked, readTicked } = await picker();
      return asksForAll(asked.details) ? readPicked(form) : { mode: 'only', ...readTicked(form) };
    },
    async decide(interaction, asked, chosen) {
      if (!chosen || chosen.mode === 'all') return undefined;
      const { ids } = chosen;
      const shown = asksForAll(asked.details) ? undefined : idsOf(asked.details);
      if (shown && !ids.every((id) => shown.includes(id))) throw new AppError('invalid', 'Choose projects of the list');
      const list = shown ? undefined : await listOf(interaction, asked.account.id);
      const problem = (await picker()).pickProblem(chosen, { max: maxChosenProjects, list, before: before(asked) });
      if (problem !== undefined) return problem;
      return { shown: shown ?? ids, chosen: ids };
    },
  };
}

/** The projects to which the app is limited. */
const before = ({ remembered }: Asked): string[] | undefined =>
  remembered?.authorization_details ? idsOf(remembered.authorization_details) : undefined;

const idsOf = (details: ProjectDetails | undefined): string[] =>
  (details ?? []).flatMap(({ identifier }) => identifier ?? []);

/** An app that names projects gets none but these; those that the person does not have are left out. */
function ofSome({ details }: Asked, list: Project[] | undefined, chosen: Picked | undefined): ConsentProjects {
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
    varied: new Set(details?.map(({ actions }) => actions.join())).size > 1,
    unavailable: list === undefined,
  };
}

/** Whether nobody could allow anything: the app names projects, and the person has none of them. */
export function hasNoneOfThem(shown: ConsentProjects | undefined): boolean {
  return shown?.kind === 'named' && shown.rows.length === 0;
}
