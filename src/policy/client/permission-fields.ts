/** What a client may ask for, and its type. See field.ts. */
import { z } from 'zod';
import { apiScopes, formatScope, isIdentityScope, parseScope } from '../scopes.ts';
import { field, text } from './field.ts';
import { clientTypeNames } from './types.ts';

const scope = text(1000).overwrite((value) => formatScope(parseScope(value)));

export const permissionFields = {
  scope: field(
    // Identity scopes are within every ceiling: naming them changes nothing.
    text(1000).overwrite((value) => formatScope(parseScope(value).filter((one) => !isIdentityScope(one)))),
    {
      label: 'May ask for at most',
      phrase: 'permissions',
      flag: {
        name: 'scope',
        value: '"A B"',
        doc: 'what it may ask for at most; all API scopes unless you say otherwise',
      },
      question: 8,
      setBy: 'admin',
      review: 'shown',
      // A gateway asks about tokens; it has no business with one that opens the API.
      initial: (_, isGateway) => (isGateway ? '' : apiScopes.join(' ')),
    },
  ),
  optional_scope: field(scope, {
    label: 'People may leave out',
    phrase: 'optional permissions',
    flag: { name: 'optional-scope', value: '"A B"', doc: 'what people may leave out: checkboxes, unticked' },
    setBy: 'admin',
    review: 'shown',
  }),
  default_scope: field(scope, {
    label: 'When it names none',
    phrase: 'default permissions',
    flag: { name: 'default-scope', value: '"A B"', doc: 'what a request without any API scope asks for' },
    setBy: 'admin',
    review: 'shown',
  }),
  type: field(z.enum(clientTypeNames), {
    label: 'Type',
    phrase: 'type',
    question: 5,
    setBy: 'admin',
    review: 'ignored',
    initial: () => 'web' as const,
  }),
};
