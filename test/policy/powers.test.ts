/** Every set of scopes against every act: nothing is allowed that needs a power outside the set. */
import { describe, expect, it, test } from 'vitest';
import { type Act, missingPowers, powersNeeded } from '../../src/policy/powers.ts';
import { type AdminScope, adminScopes } from '../../src/policy/scopes.ts';

const plain = { scope: 'projects:read', owner_role: 'user' };
const gateway = { ...plain, gateway_resource: 'https://api.example' };
const ours = { ...plain, first_party: true };
const verified = { ...plain, verified_at: new Date() };
const robot = { scope: 'clients:read keys:write' };
const ofAdmin = { ...plain, owner_role: 'admin' };
const user = { role: 'user' };
const admin = { role: 'admin' };
const every = [...adminScopes];

/** The powers that each act needs, in the order of `adminScopes`. */
const table: [what: string, act: Act, needs: AdminScope[]][] = [
  ['registering an app', { on: 'client', after: plain }, ['clients:write']],
  ['registering a gateway', { on: 'client', after: gateway }, ['clients:write', 'gateways:write']],
  ['registering a first-party app', { on: 'client', after: ours }, ['clients:write', 'first_party:write']],
  ['registering a robot', { on: 'client', after: robot }, ['clients:read', 'clients:write', 'keys:write']],
  ['registering an app for an admin', { on: 'client', after: ofAdmin }, ['clients:write', 'admins:write']],
  ['changing an app', { on: 'client', before: plain, after: plain }, ['clients:write']],
  ['making an app a gateway', { on: 'client', before: plain, after: gateway }, ['clients:write', 'gateways:write']],
  ['taking that back', { on: 'client', before: gateway, after: plain }, ['clients:write', 'gateways:write']],
  ['making an app first-party', { on: 'client', before: plain, after: ours }, ['clients:write', 'first_party:write']],
  ['touching a first-party app', { on: 'client', before: ours }, ['clients:write', 'first_party:write']],
  ['touching a gateway', { on: 'client', before: gateway }, ['clients:write', 'gateways:write']],
  ['touching a verified app', { on: 'client', before: verified }, ['clients:write', 'verifications:write']],
  ['touching an app of an admin', { on: 'client', before: ofAdmin }, ['clients:write', 'admins:write']],
  ['touching a robot', { on: 'client', before: robot }, ['clients:read', 'clients:write', 'keys:write']],
  ['verifying an app', { on: 'client', before: plain, verdict: true }, ['clients:write', 'verifications:write']],
  ['using one’s own gateway', { on: 'client', before: gateway, own: true }, []],
  ['making one’s own app a gateway', { on: 'client', before: plain, after: gateway, own: true }, ['gateways:write']],
  ['giving one’s own app to an admin', { on: 'client', before: plain, after: ofAdmin, own: true }, ['admins:write']],
  ['verifying one’s own app', { on: 'client', before: plain, verdict: true, own: true }, ['verifications:write']],
  ['making an account', { on: 'account', after: user }, ['accounts:write']],
  ['making an admin', { on: 'account', after: admin }, every],
  ['changing an account', { on: 'account', before: user }, ['accounts:write']],
  ['changing an admin', { on: 'account', before: admin }, ['accounts:write', 'admins:write']],
  ['promoting an account', { on: 'account', before: user, after: admin }, every],
  ['demoting an admin', { on: 'account', before: admin, after: user }, ['accounts:write', 'admins:write']],
  ['a password for an account', { on: 'account', before: user, takesOver: true }, ['accounts:write']],
  ['a password for an admin', { on: 'account', before: admin, takesOver: true }, every],
  [
    'a password for the owner of a gateway',
    { on: 'account', before: user, takesOver: true, owns: [plain, gateway] },
    ['accounts:write', 'gateways:write'],
  ],
  ['one’s own account', { on: 'account', before: user, own: true }, []],
  ['promoting oneself', { on: 'account', before: user, after: admin, own: true }, every],
];

/** All sets of scopes: 2 to the power of their number. */
const sets = Array.from({ length: 2 ** adminScopes.length }, (_, bits) =>
  adminScopes.filter((_scope, i) => (bits >> i) & 1),
);

describe.each(table)('%s', (_what, act, needs) => {
  it(`needs ${needs.join(', ') || 'nothing'}`, () => {
    expect(powersNeeded(act)).toEqual(needs);
  });

  it('is allowed with exactly the sets that contain them', () => {
    for (const set of sets) {
      const lacks = needs.filter((power) => !set.includes(power));
      expect(missingPowers(set, act), set.join(' ')).toEqual(lacks);
    }
  });

  it('is allowed to the session of an admin and to the terminal', () => {
    expect(missingPowers('everything', act)).toEqual([]);
  });
});

test('the table is tested with all 1024 sets', () => expect(sets).toHaveLength(1024));
