/**
 * The route table covers the API's overview line by line, and gives no route to a path that can be read in two ways.
 */
import { describe, expect, it } from 'vitest';
import { apiRoutes, matchApiRoute } from '../../src/policy/api-routes.ts';
import { requirementsProblem } from '../../src/policy/authentication-requirements.ts';
import { apiScopes } from '../../src/policy/scopes.ts';

describe('the route table', () => {
  it.each([
    ['GET', '/projects', 'projects:read'],
    ['POST', '/projects', 'projects:write'],
    ['GET', '/projects/proj_123abc', 'projects:read'],
    ['PUT', '/projects/proj_123abc', 'projects:write'],
    ['DELETE', '/projects/proj_123abc', 'projects:write'],
    ['POST', '/projects/proj_123abc/duplicate', 'projects:write'],
    ['POST', '/projects/proj_123abc/transfer', 'projects:write'],
    ['GET', '/projects/p/files', 'projects:read'],
    ['GET', '/projects/p/files/src/index.ts', 'projects:read'],
    ['PUT', '/projects/p/files/src/index.ts', 'projects:write'],
    ['POST', '/projects/p/files', 'projects:write'],
    ['DELETE', '/projects/p/files/src/a%20b.ts', 'projects:write'],
    ['POST', '/projects/p/files/upload', 'projects:write'],
    ['POST', '/deploy', 'deployments:write'],
    ['GET', '/deployments', 'deployments:read'],
    ['GET', '/deployments/d', 'deployments:read'],
    ['POST', '/deployments/d/cancel', 'deployments:write'],
    ['POST', '/deployments/d/rollback', 'deployments:write'],
    ['GET', '/deployments/d/logs', 'deployments:read'],
    ['GET', '/analytics', 'analytics:read'],
    ['POST', '/ai/generate', 'ai:generate'],
    ['POST', '/ai/refactor', 'ai:generate'],
    ['POST', '/ai/tests', 'ai:generate'],
    ['HEAD', '/projects', 'projects:read'],
    // File names as browsers send them: fetch does not escape these characters.
    ['GET', '/projects/p/files/app/[slug]/page.tsx', 'projects:read'],
    ['PUT', '/projects/p/files/app/[[...slug]]/page.tsx', 'projects:write'],
    ['GET', '/projects/p/files/a|b.txt', 'projects:read'],
    ['GET', '/projects/p/files/a^b.txt', 'projects:read'],
    ['GET', '/projects/p/files/app/(group)/@modal/page.tsx', 'projects:read'],
    ['GET', "/projects/p/files/it's ~$1,000;a=b&c+d!*:.txt".replaceAll(' ', '%20'), 'projects:read'],
    ['GET', '/projects/p/files/%5Bslug%5D/%7Bx%7D%22%3C%3E%60.tsx', 'projects:read'],
    ['GET', '/projects/p/files/%C3%BC/%E4%BD%A0.md', 'projects:read'],
    ['GET', '/projects/p/files/100%25.txt', 'projects:read'],
    ['GET', '/projects/p/files/50%25%20off', 'projects:read'],
    ['GET', '/projects/p/files/50%25', 'projects:read'],
  ])('%s %s needs %s', (method, path, scope) => {
    expect(matchApiRoute(method, `/v1${path}`)?.scope).toBe(scope);
  });

  it('uses every scope, and names each route once', () => {
    expect(new Set(apiRoutes.map((one) => one.scope))).toEqual(new Set(apiScopes));
    const names = apiRoutes.map((one) => `${one.method} ${one.path}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('demands a second step for the transfer of a project, and a sign-in that somebody can make', () => {
    const demanding = apiRoutes.filter(({ acr, maxAgeSeconds }) => acr ?? maxAgeSeconds);
    expect(demanding.map(({ path }) => path)).toEqual(['/projects/:project/transfer']);
    expect(demanding.map(requirementsProblem)).toEqual([undefined]);
  });
});

describe('no route', () => {
  it.each([
    ['an unknown path', 'GET', '/v1/secrets'],
    ['an unknown method', 'PATCH', '/v1/projects'],
    ['a lower-case method', 'get', '/v1/projects'],
    ['another version', 'GET', '/v2/projects'],
    ['no version', 'GET', '/projects'],
    ['a longer prefix', 'GET', '/v1x/projects'],
    ['other case', 'GET', '/v1/Projects'],
    ['a trailing slash', 'GET', '/v1/projects/'],
    ['a double slash', 'GET', '/v1//projects'],
    ['a double slash in front', 'GET', '//v1/projects'],
    ['a dot segment', 'GET', '/v1/./projects'],
    ['a parent segment', 'GET', '/v1/projects/../deployments'],
    ['a parent segment in a file path', 'PUT', '/v1/projects/p/files/../../q'],
    ['three dots', 'GET', '/v1/projects/...'],
    ['an escaped dot', 'GET', '/v1/projects/%2e%2e/deployments'],
    ['an escaped slash', 'GET', '/v1/projects/a%2Fb'],
    ['an escaped backslash', 'GET', '/v1/projects/a%5Cb'],
    ['dots before a path parameter', 'GET', '/v1/projects/a/files/..;/b'],
    ['dots before an escaped semicolon', 'GET', '/v1/projects/a/files/..%3B/b'],
    ['a backslash', 'GET', '/v1/projects\\a'],
    ['a double escape', 'GET', '/v1/projects/%252e%252e'],
    ['a double escape of a letter', 'GET', '/v1/projects/%2541'],
    ['a double escape in a file name', 'GET', '/v1/projects/p/files/a%252fb'],
    ['a double escape whose digits are escaped', 'GET', '/v1/projects/p/files/a%25%32%66b'],
    ['a double escape with one escaped digit', 'GET', '/v1/projects/p/files/a%252%66b'],
    ['a double escape of another kind', 'GET', '/v1/projects/p/files/a%25u002fb'],
    ['a triple escape', 'GET', '/v1/projects/p/files/a%25252fb'],
    ['a per cent sign that is no escape', 'GET', '/v1/projects/p/files/100%.txt'],
    ['an escaped line feed', 'GET', '/v1/projects/p/files/a%0Ab'],
    ['an escaped DEL', 'GET', '/v1/projects/p/files/a%7Fb'],
    ['a space', 'GET', '/v1/projects/p/files/a b'],
    ['a quote', 'GET', '/v1/projects/p/files/a"b'],
    ['an escaped NUL', 'GET', '/v1/projects/%00'],
    ['a broken escape', 'GET', '/v1/projects/%zz'],
    ['a query', 'GET', '/v1/projects?x=/'],
    ['a fragment', 'GET', '/v1/projects#x'],
    ['an empty file path', 'GET', '/v1/projects/p/files/'],
    ['an absolute URI', 'GET', 'http://api.example/v1/projects'],
    ['not ASCII', 'GET', '/v1/projekte/ü'],
  ])('for %s', (_name, method, path) => {
    expect(matchApiRoute(method, path)).toBeUndefined();
  });
});
