/**
 * Checks the requirements of a route when it is set up. Plain JavaScript has no types that refuse a mistake: a requirement that is
 * misspelt, or whose setting has no value, would demand less than it seems to.
 */
import { requirementsProblem } from '../policy/authentication-requirements.ts';

const known: Readonly<Record<string, (value: unknown) => boolean>> = {
  acr: (value) => typeof value === 'string',
  maxAgeSeconds: (value) => typeof value === 'number',
  filtered: (value) => typeof value === 'boolean',
  // The name of a parameter of the path, or a function of the request.
  project: (value) => (typeof value === 'string' && value !== '') || typeof value === 'function',
};

/**
 * Returns the scopes of a route as a list. An empty list means that any valid token will do.
 * @throws TypeError for scopes and requirements that would demand less than they seem to, and for those that nobody could meet
 */
export function scopesOfRoute(scopes: string | readonly string[], required: object): readonly string[] {
  const list: readonly unknown[] = [scopes].flat();
  if (!list.every((scope) => typeof scope === 'string' && /\S/.test(scope)))
    throw new TypeError('scopes: a text, or a list of texts; an empty list means any valid token');
  const problem = problemOf(required);
  if (problem) throw new TypeError(problem);
  return [scopes].flat();
}

function problemOf(required: object): string | undefined {
  if (typeof required !== 'object' || required === null || Array.isArray(required))
    return 'requirements: an object; several scopes are one list, or one text with spaces';
  for (const [name, value] of Object.entries(required)) {
    const fits = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!fits) return `${name}: is not a requirement; these are: ${Object.keys(known).join(', ')}`;
    if (value === undefined) return `${name}: has no value`;
    if (requirementsProblem({ [name]: value }) === undefined && !fits(value)) return `${name}: has a wrong type`;
  }
  return requirementsProblem(required);
}
