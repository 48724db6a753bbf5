import { html } from 'hono/html';
import * as icons from './icons.ts';
import type { Html } from './text.ts';

/** What a permission can do to a person. Pages show permissions in this order. */
export type Mark = 'see' | 'change' | 'cost';

/** One line of a consent page. `scopes` are the wire names it stands for. */
export type Permission = { scopes: string[]; mark: Mark; title: string; line: string };

/** Permissions under one mark. */
export type Group = { mark: Mark; permissions: Permission[] };

const permissions: Permission[] = [
  {
    scopes: ['projects:read'],
    mark: 'see',
    title: 'Projects',
    line: 'Names, settings and files. Private ones too.',
  },
  {
    scopes: ['deployments:read'],
    mark: 'see',
    title: 'Deployments and logs',
    line: 'What is live, since when, and what the logs say.',
  },
  { scopes: ['analytics:read'], mark: 'see', title: 'Analytics', line: 'Visitor and usage figures.' },
  {
    scopes: ['profile', 'email'],
    mark: 'see',
    title: 'Your name and email address',
    line: 'As they are in your account.',
  },
  { scopes: ['profile'], mark: 'see', title: 'Your name', line: 'As it is in your account.' },
  { scopes: ['email'], mark: 'see', title: 'Your email address', line: 'As it is in your account.' },
  {
    scopes: ['projects:write'],
    mark: 'change',
    title: 'Projects and files',
    line: 'Creates, edits, transfers and deletes them, without asking again.',
  },
  {
    scopes: ['deployments:write'],
    mark: 'change',
    title: 'What is live',
    line: 'Deploys, cancels and rolls back. Your visitors see it at once.',
  },
  {
    scopes: ['ai:generate'],
    mark: 'cost',
    title: 'AI on your account',
    line: 'Sends prompts and your code to AI models. It uses up your plan and may cost extra.',
  },
];

/** These say how an app signs a person in and stays connected, not what it may do: they have no line of their own. */
const silent = new Set(['openid', 'offline_access']);

const words: Record<Mark, Html> = {
  see: html`${icons.eye}Can see`,
  change: html`${icons.pen}Can change`,
  cost: html`${icons.coin}Can cost money`,
};

/** The mark: no title appears without one. */
export const markOf = (mark: Mark): Html => html`<span class="can ${mark}">${words[mark]}</span>`;

/**
 * The permissions for these scopes, in the order in which pages show them. `profile` and `email` together are one line.
 * A scope that we have no words for is shown by its wire name as a change: nothing is ever allowed unseen.
 */
export function permissionsOf(scopes: string[]): Permission[] {
  const left = new Set(scopes.filter((scope) => !silent.has(scope)));
  const known = permissions.filter((permission) => {
    if (!permission.scopes.every((scope) => left.has(scope))) return false;
    for (const scope of permission.scopes) left.delete(scope);
    return true;
  });
  const unknown = [...left].map(
    (scope): Permission => ({
      scopes: [scope],
      mark: 'change',
      title: scope,
      line: 'This page has no description of it.',
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
    (group) => html`<dt>${markOf(group.mark)}</dt><dd>${titles(group.permissions)}</dd>`,
  );
  return html`<dl class="cans">${rows}</dl>`;
}

/** "Projects, deployments and logs": only the first keeps its capital. */
function titles(list: Permission[]): string {
  return list
    .map(({ title }, index) => (index === 0 ? title : title.charAt(0).toLowerCase() + title.slice(1)))
    .join(', ');
}
