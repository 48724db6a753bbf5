/** Authorization details (RFC 9396): what is read, and what two lists of them have together. */
import { expect, it } from 'vitest';
import { detailsAfter } from '../../src/policy/consented-projects.ts';
import {
  covers,
  detailsFor,
  detailsInToken,
  join,
  meet,
  namesItsGrant,
  type ProjectDetails,
  projectsWith,
  projectType,
  readProjectDetails,
  withinScopes,
  withScopes,
} from '../../src/policy/project-details.ts';
import type { ApiScope } from '../../src/policy/scopes.ts';

type Short = Record<string, string>;
const letters: Record<string, ApiScope> = {
  r: 'projects:read',
  w: 'projects:write',
  d: 'deployments:read',
  a: 'analytics:read',
};

/** `{ a: 'rw', '*': 'r' }`: what each project allows, in letters. */
function details(short: Short): ProjectDetails {
  return Object.entries(short).map(([id, actions]) => ({
    type: projectType,
    ...(id !== '*' && { identifier: id }),
    actions: [...actions].map((letter) => letters[letter] as ApiScope),
  }));
}
const or = (short: Short | undefined) => short && details(short);

it.each<[a: Short | undefined, b: Short | undefined, both: Short | undefined]>([
  [undefined, undefined, undefined],
  [{ a: 'r' }, undefined, { a: 'r' }],
  [undefined, { a: 'rw' }, { a: 'rw' }],
  [{ a: 'rw', b: 'r' }, { a: 'r', c: 'r' }, { a: 'r' }],
  [
    { '*': 'r', a: 'w' },
    { a: 'rw', b: 'rw' },
    { a: 'rw', b: 'r' },
  ],
  [{ '*': 'rw' }, { '*': 'r', a: 'w' }, { '*': 'r', a: 'rw' }],
  [{ a: 'r' }, { b: 'r' }, {}],
])('%j and %j both allow %j', (a, b, both) => {
  expect(meet(or(a), or(b))).toEqual(or(both));
  expect(meet(or(b), or(a))).toEqual(or(both));
});

it.each<[a: Short | undefined, b: Short | undefined, either: Short | undefined]>([
  [{ a: 'r' }, undefined, undefined],
  [{ a: 'r' }, { a: 'w', b: 'r' }, { a: 'rw', b: 'r' }],
  [{ '*': 'r' }, { a: 'r' }, { '*': 'r' }],
  [{ '*': 'r' }, { a: 'rw' }, { '*': 'r', a: 'rw' }],
])('%j or %j allow %j', (a, b, either) => {
  expect(join(or(a), or(b))).toEqual(or(either));
  expect(join(or(b), or(a))).toEqual(or(either));
});

it.each<[given: Short | undefined, asked: Short | undefined, covered: boolean]>([
  [undefined, undefined, true],
  [undefined, { a: 'r' }, true],
  [{ a: 'r' }, undefined, false],
  [{ a: 'rw' }, { a: 'r' }, true],
  [{ a: 'r' }, { a: 'rw' }, false],
  [{ a: 'r' }, { b: 'r' }, false],
  [{ '*': 'r' }, { b: 'r' }, true],
  [{ a: 'r', b: 'r' }, { '*': 'r' }, false],
])('%j covers %j: %j', (given, asked, covered) => {
  expect(covers(or(given), or(asked))).toBe(covered);
});

it('narrows to scopes, and widens by scopes wherever there is something', () => {
  expect(withinScopes(details({ a: 'rw', b: 'w' }), ['projects:read'])).toEqual(details({ a: 'r' }));
  expect(withinScopes(undefined, ['projects:read', 'openid'])).toEqual(details({ '*': 'r' }));
  expect(withScopes(details({ a: 'r', b: 'w' }), ['projects:read', 'analytics:read'])).toEqual(
    details({ a: 'ra', b: 'wa' }),
  );
});

it.each<[Short | undefined, string[], readonly string[] | '*']>([
  [undefined, ['projects:read'], '*'],
  [{ '*': 'r', a: 'w' }, ['projects:read'], '*'],
  [{ '*': 'r', a: 'rw' }, ['projects:write'], ['a']],
  [{ a: 'r', b: 'rw' }, ['projects:write'], ['b']],
  [{ a: 'r' }, ['analytics:read'], []],
  [{ a: 'r', b: 'w' }, [], ['a', 'b']],
])('%j has %j in %j', (short, scopes, projects) => {
  expect(projectsWith(or(short), scopes)).toEqual(projects);
});

const one = (more: object) => JSON.stringify([{ type: projectType, actions: ['projects:read'], ...more }]);

it.each<[name: string, text: string, problem: RegExp]>([
  ['no JSON', '{', /must be a JSON array/],
  ['an object', '{}', /must be a JSON array/],
  ['an empty array', '[]', /at least one object/],
  ['a null', '[null]', /each must be a JSON object .*object 1/],
  ['an array in it', '[[]]', /each must be a JSON object/],
  ['another type', one({ type: 'payment_initiation' }), /type must be vibecaas_project/],
  ['no type', one({ type: undefined }), /type must be/],
  ['no actions', one({ actions: undefined }), /actions must be a list/],
  ['no action', one({ actions: [] }), /actions must be a list/],
  ['actions that are a text', one({ actions: 'projects:read' }), /actions must be a list/],
  ['an unknown action', one({ actions: ['projects:read', 'everything'] }), /actions must be some of projects:read/],
  ['an identity scope', one({ actions: ['openid'] }), /actions must be some of/],
  ['an action twice', one({ actions: ['projects:read', 'projects:read'] }), /each scope once/],
  ['a number as identifier', one({ identifier: 1 }), /identifier must be the id/],
  ['an empty identifier', one({ identifier: '' }), /identifier must be the id/],
  ['an identifier with a slash', one({ identifier: 'a/b' }), /identifier must be the id/],
  ['the id of a grant', one({ identifier: 'grant:x' }), /identifier must be the id/],
  ['a member that is not known', one({ locations: ['https://a.example'] }), /only type, identifier and actions/],
  [
    'a project twice',
    `[${one({ identifier: 'a' }).slice(1, -1)},${one({ identifier: 'a' }).slice(1)}`,
    /each project once/,
  ],
  ['all projects twice', `[${one({}).slice(1, -1)},${one({}).slice(1)}`, /each project once/],
  [
    '201 projects',
    JSON.stringify(
      detailsFor(
        Array.from({ length: 201 }, (_, n) => `p${n}`),
        ['projects:read'],
      ),
    ),
    /at most 200 objects/,
  ],
])('%s is refused', (_, text, problem) => {
  expect(readProjectDetails(text)).toEqual({ problem: expect.stringMatching(problem) });
});

it('reads what means the same into the same', () => {
  const text = JSON.stringify([...details({ b: 'wr', a: 'r', '*': 'r' })]);
  expect(readProjectDetails(text)).toEqual({ details: details({ '*': 'r', b: 'rw' }) });
});

it('has room for 50 projects in a token, and names the grant for more', () => {
  const many = (count: number, id = 'p') =>
    detailsFor(
      Array.from({ length: count }, (_, n) => `${id}${n}`),
      ['projects:read'],
    );
  expect(detailsInToken(many(50), 'g')).toEqual(many(50));
  const named = [{ type: projectType, identifier: 'grant:g', actions: ['projects:read'] }];
  expect(detailsInToken(many(51), 'g')).toEqual(named);
  expect(detailsInToken(many(50, 'p'.repeat(90)), 'g')).toEqual(named);
  expect([named, many(1), undefined, 'x', [null]].map(namesItsGrant)).toEqual([true, false, false, false, false]);
});

const read = ['projects:read'];
it.each<
  [
    name: string,
    before: { granted: string[]; limits?: Short } | undefined,
    asked: Short | undefined,
    choice: { shown: string[]; chosen: string[] } | undefined,
    after: Short | null,
  ]
>([
  ['a first answer without a choice allows everything', undefined, undefined, undefined, null],
  ['a choice', undefined, undefined, { shown: ['a', 'b'], chosen: ['a'] }, { a: 'r' }],
  ['what the app asks for', undefined, { a: 'r', b: 'r' }, undefined, { a: 'r', b: 'r' }],
  ['a part of what it asks for', undefined, { a: 'r', b: 'r' }, { shown: ['a', 'b'], chosen: ['b'] }, { b: 'r' }],
  [
    'more projects',
    { granted: read, limits: { a: 'r' } },
    { b: 'r' },
    { shown: ['b'], chosen: ['b'] },
    { a: 'r', b: 'r' },
  ],
  ['all projects from now on', { granted: read, limits: { a: 'r' } }, undefined, undefined, null],
  ['fewer projects', { granted: read }, undefined, { shown: ['a', 'b'], chosen: ['b'] }, { b: 'r' }],
  [
    'another scope, whose projects are chosen for both',
    { granted: ['analytics:read'], limits: { a: 'a', b: 'a' } },
    undefined,
    { shown: ['a', 'b', 'c'], chosen: ['b', 'c'] },
    { b: 'ra', c: 'r' },
  ],
  [
    'one of which the person unticks what they had',
    { granted: read, limits: { a: 'r', b: 'r' } },
    { a: 'r', c: 'r' },
    { shown: ['a', 'c'], chosen: ['c'] },
    { b: 'r', c: 'r' },
  ],
  [
    'one project of an app that has all in another scope',
    { granted: ['analytics:read'] },
    { a: 'r' },
    undefined,
    { '*': 'a', a: 'ra' },
  ],
])('%s', (_, before, asked, choice, after) => {
  const stored = before && { granted: before.granted, authorization_details: or(before.limits) ?? null };
  const result = detailsAfter({ before: stored, asked: or(asked), granted: read, choice });
  expect(result).toEqual(after && details(after));
});

it('says nothing of projects where an answer is only about who the person is', () => {
  expect(detailsAfter({ before: undefined, asked: undefined, granted: ['openid'], choice: undefined })).toBeUndefined();
});
