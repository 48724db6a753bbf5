import { m } from './messages/index.ts';
import { grouped, permissionsOf } from './scopes.ts';
import type { Html } from './text.ts';

/**
 * The question that a consent page asks, built from the scopes that the person cannot leave out. `called` is what
 * sentences call the app.
 */
export function question(called: Html, required: string[], optional: string[]): Html {
  const words = m().apps.question;
  const api = required.filter((scope) => !['openid', 'offline_access', 'profile', 'email'].includes(scope));
  if (api.length > 0) return projectsAndAi(called, api);
  if (required.includes('profile'))
    return required.includes('email') ? words.nameAndAddress(called) : words.name(called);
  if (required.includes('email')) return words.address(called);
  return permissionsOf(optional).length > 0 ? words.open(called) : words.whoYouAre(called);
}

function projectsAndAi(called: Html, scopes: string[]): Html {
  const marks = grouped(permissionsOf(scopes)).map((group) => group.mark);
  const [sees, changes] = [marks.includes('see'), marks.includes('change')];
  const verbs = sees && changes ? 'both' : sees ? 'see' : changes ? 'change' : 'none';
  return m().apps.question.projects(called, verbs, marks.includes('cost'));
}
