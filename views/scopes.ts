import { html } from 'hono/html';
import * as icons from './icons.ts';
import type { Messages } from './messages/en.ts';
import { m } from './messages/index.ts';
import type { Html } from './text.ts';

/** What a permission can do to a person. Pages show permissions in this order. */
export type Mark = 'see' | 'change' | 'cost';

/** One line of a consent page. `scopes` are the wire names it stands for. */
export type Permission = { scopes: string[]; mark: Mark; title: string; line: string };

/** Permissions under one mark. */
export type Group = { mark: Mark; permissions: Permission[] };

type Known = { scopes: string[]; mark: Mark; words: keyof Messages['apps']['permissions'] };

const permissions: Known[] = [
  { scopes: ['projects:read'], mark: 'see', words: 'projects:read' },
  { scopes: ['deployments:read'], mark: 'see', words: 'deployments:read' },
  { scopes: ['analytics:read'], mark: 'see', words: 'analytics:read' },
  { scopes: ['profile', 'email'], mark: 'see', words: 'profile email' },
  { scopes: ['profile'], mark: 'see', words: 'profile' },
  { scopes: ['email'], mark: 'see', words: 'email' },
  { scopes: ['projects:write'], mark: 'change', words: 'projects:write' },
  { scopes: ['deployments:write'], mark: 'change', words: 'deployments:write' },
  { scopes: ['ai:generate'], mark: 'cost', words: 'ai:generate' },
];

/** These say how an app signs a person in and stays connected, not what it may do: they have no line of their own. */
const silent = new Set(['openid', 'offline_access']);

const signs: Record<Mark, Html> = { see: icons.eye, change: icons.pen, cost: icons.coin };

/** The mark: no title appears without one. */
export const markOf = (mark: Mark): Html =>
  html`<span class="can ${mark}">${signs[mark]}${m().apps.marks[mark]}</span>`;

/**
 * The permissions for these scopes, in the order in which pages show them. `profile` and `email` together are one line.
 * A scope that we have no words for is shown by its wire name as a change: nothing is ever allowed unseen.
 */
export function permissionsOf(scopes: string[]): Permission[] {
  const left = new Set(scopes.filter((scope) => !silent.has(scope)));
  const known = permissions.flatMap(({ scopes: covered, mark, words }): Permission[] => {
    if (!covered.every((scope) => left.has(scope))) return [];
    for (const scope of covered) left.delete(scope);
    return [{ scopes: covered, mark, ...m().apps.permissions[words] }];
  });
  const unknown = [...left].map(
    (scope): Permission => ({
      scopes: [scope],
      mark: 'change',
      title: scope,
      line: m().apps.notDescribed,
    }),
  );
  return [...known, ...unknown];
}

/** The permission for one scope, as a checkbox needs it; undefined if the scope has no line. */
export const permissionOf = (scope: string): Permission | undefined => permissionsOf([scope])[0];

/** Permissions under their marks: see, change, cost. Marks with nothing below them are left out. */
export function grouped(list: Permission[]): Group[] {
  const marks: Mark[] = ['see', 'change', 'cost'];
  return marks
    .map((mark) => ({ mark, permissions: list.filter((permission) => permission.mark === mark) }))
    .filter((group) => group.permissions.length > 0);
}

/** What an app may do, in few words: a mark, then its titles in one line. */
export function summary(scopes: string[]): Html {
  const rows = grouped(permissionsOf(scopes)).map(
    (group) =>
      html`<dt>${markOf(group.mark)}</dt><dd>${m().apps.titles(group.permissions.map(({ title }) => title))}</dd>`,
  );
  return html`<dl class="cans">${rows}</dl>`;
}
