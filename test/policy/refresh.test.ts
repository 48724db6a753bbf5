/** What a presented refresh token leads to, as a table, and in every order in which an owner and a thief may come. */
import { describe, expect, it } from 'vitest';
import {
  accessTokenUse,
  type FamilyState,
  formatPosition,
  type Position,
  parsePosition,
  presentRefreshToken,
} from '../../src/policy/refresh.ts';

const at = (position: string): Position => parsePosition(position);
const family = (position: string, more: Partial<FamilyState> = {}): FamilyState => ({
  ...at(position),
  predecessorBranch: 0,
  used: false,
  rotatedAt: 1000,
  ...more,
});
const present = (state: FamilyState, token: string, now: number, leewaySeconds = 10) =>
  presentRefreshToken(state, at(token), { at: now, leewaySeconds });

describe('a presented refresh token', () => {
  it.each<[string, FamilyState, string, number, string, string?]>([
    ['is rotated when it is the first', family('0.0', { rotatedAt: null }), '0.0', 2000, 'rotated', '1.0'],
    ['is rotated when it is the current one', family('3.2', { used: true }), '3.2', 2000, 'rotated', '4.2'],
    ['gets the same successor within the leeway', family('1.0'), '0.0', 1009.9, 'repeated', '1.0'],
    ['gets the same successor, although that was used', family('1.0', { used: true }), '0.0', 1009, 'repeated', '1.0'],
    ['gets the same fork within its leeway', family('1.1'), '0.0', 1009, 'repeated', '1.1'],
    ['forks after the leeway', family('1.0'), '0.0', 1010, 'forked', '1.1'],
    ['forks years after it', family('1.0'), '0.0', 1e9, 'forked', '1.1'],
    ['forks once more', family('1.1'), '0.0', 1011, 'forked', '1.2'],
    ['forks from the branch it has', family('4.2', { predecessorBranch: 2 }), '3.2', 1011, 'forked', '4.3'],
    ['is reused when its successor was used', family('1.0', { used: true }), '0.0', 1011, 'reused'],
    ['is reused two generations later', family('2.0'), '0.0', 1001, 'reused'],
    ['is reused when a fork replaced it', family('1.1'), '1.0', 1001, 'reused'],
    ['is reused when a fork replaced its predecessor', family('2.1', { predecessorBranch: 1 }), '1.0', 1001, 'reused'],
    ['is unknown when its generation is newer', family('1.0'), '2.0', 1001, 'unknown'],
    ['is unknown when its branch is newer', family('1.0'), '1.1', 1001, 'unknown'],
  ])('%s', (_what, state, token, now, kind, next) => {
    const answer = present(state, token, now);
    expect(answer.kind).toBe(kind);
    if ('state' in answer) expect(formatPosition(answer.state)).toBe(next);
  });

  it('works once when the leeway is 0, so no answer is repeated and none is replaced', () => {
    expect(present(family('0.0', { rotatedAt: null }), '0.0', 1000, 0).kind).toBe('rotated');
    expect(present(family('1.0'), '0.0', 1000, 0).kind).toBe('reused');
    expect(present(family('1.0'), '0.0', 1e6, 0).kind).toBe('reused');
  });

  it('does not prolong the leeway by coming again and again', () => {
    const answer = present(family('1.0'), '0.0', 1009);
    expect(answer).toEqual({ kind: 'repeated', state: family('1.0') });
  });

  it('counts as presented when it was read: what rotated in between is within the leeway', () => {
    expect(present(family('1.0', { rotatedAt: 1500 }), '0.0', 1000).kind).toBe('repeated');
  });
});

describe('an access token', () => {
  it.each<[string, string, boolean, string]>([
    ['1.0', '1.0', false, 'first'],
    ['1.0', '1.0', true, 'later'],
    ['2.0', '1.0', false, 'later'],
    ['0.0', '0.0', false, 'later'],
    ['1.1', '1.0', false, 'replaced'],
    ['1.1', '0.0', false, 'replaced'],
    ['2.1', '1.1', false, 'later'],
  ])('of a family at %s, issued with %s (used: %s), is: %s', (state, issued, used, expected) => {
    expect(accessTokenUse({ ...at(state), used }, at(issued))).toBe(expected);
  });

  it('names the position of its refresh token; without a name it came with the first', () => {
    expect(parsePosition(formatPosition({ generation: 7, branch: 2 }))).toEqual({ generation: 7, branch: 2 });
    for (const claim of [undefined, '', '1', '1.', 'x.y', '-1.0']) {
      expect(parsePosition(claim)).toEqual({ generation: 0, branch: 0 });
    }
  });
});

/** An owner and a thief who have the same refresh token; what they hold, oldest first, and how often they were answered. */
interface Party {
  readonly tokens: readonly Position[];
  readonly answers: number;
}
interface World {
  /** Undefined once the family has ended. */
  readonly state: FamilyState | undefined;
  readonly owner: Party;
  readonly thief: Party;
}
type Who = 'owner' | 'thief';

const leewaySeconds = 10;
const start: World = {
  state: family('0.0', { rotatedAt: null }),
  owner: { tokens: [at('0.0')], answers: 0 },
  thief: { tokens: [at('0.0')], answers: 0 },
};

/** A step after the leeway has passed. Moving the last rotation back keeps the number of different worlds small. */
const later = (state: FamilyState): FamilyState => ({ ...state, rotatedAt: state.rotatedAt === null ? null : -100 });
const sooner = (state: FamilyState): FamilyState => ({ ...state, rotatedAt: state.rotatedAt === null ? null : 0 });

function presents(world: World, who: Who, token: Position, arrives: boolean): World {
  if (!world.state) return world;
  const answer = presentRefreshToken(world.state, token, { at: 0, leewaySeconds });
  if (!('state' in answer)) return { ...world, state: undefined };
  const { tokens, answers } = world[who];
  const { generation, branch } = answer.state;
  const held = tokens.some((one) => one.generation === generation && one.branch === branch);
  const party = {
    tokens: arrives && !held ? [...tokens, { generation, branch }] : tokens,
    answers: arrives ? answers + 1 : answers,
  };
  return { ...world, state: sooner(answer.state), [who]: party };
}

/** A party uses the access token of its last answer where we see it. */
function usesAccessToken(world: World, who: Who): World {
  const newest = world[who].tokens.at(-1) as Position;
  if (!world.state || accessTokenUse(world.state, newest) !== 'first') return world;
  return { ...world, state: { ...world.state, used: true } };
}

const works = ({ state }: World, token: Position) =>
  state !== undefined && 'state' in presentRefreshToken(state, token, { at: 0, leewaySeconds });
const holdsWorking = (world: World, who: Who) => world[who].tokens.some((token) => works(world, token));

/** Follows every order of the steps to this depth. Equal worlds at equal depth have equal futures and are followed once. */
function follow(from: World, depth: number, steps: (world: World) => World[], check: (world: World) => void): number {
  const seen = new Set<string>();
  const go = (world: World, left: number) => {
    const key = `${left} ${JSON.stringify(world)}`;
    if (seen.has(key)) return;
    seen.add(key);
    check(world);
    if (left > 0 && world.state) for (const next of steps(world)) go(next, left - 1);
  };
  go(from, depth);
  return seen.size;
}

describe('an owner and a thief with the same refresh token', () => {
  const newest = (world: World, who: Who) => world[who].tokens.at(-1) as Position;
  /** The owner presents its newest token; the thief any that it ever held. Any answer may be lost. */
  const steps = (world: World): World[] => {
    const after = { ...world, state: world.state && later(world.state) };
    return [
      ...[true, false].map((arrives) => presents(after, 'owner', newest(world, 'owner'), arrives)),
      ...world.thief.tokens.flatMap((token) => [true, false].map((it) => presents(after, 'thief', token, it))),
      usesAccessToken(after, 'owner'),
      usesAccessToken(after, 'thief'),
    ];
  };

  it('never both have a working one after each was answered twice, in any order of ten steps', () => {
    let decided = 0;
    const worlds = follow(start, 10, steps, (world) => {
      if (world.owner.answers < 2 || world.thief.answers < 2) return;
      decided += 1;
      const after = { ...world, state: world.state && later(world.state) };
      expect(holdsWorking(after, 'owner') && holdsWorking(after, 'thief') && world).toBe(false);
    });
    expect(worlds).toBeGreaterThan(10_000);
    expect(decided).toBeGreaterThan(1_000);
  });

  it('are found out as soon as one of them presents what a fork has replaced', () => {
    const waited = (world: World) => ({ ...world, state: world.state && later(world.state) });
    const owner = presents(waited(start), 'owner', at('0.0'), true);
    const thief = presents(waited(owner), 'thief', at('0.0'), true);
    expect(thief.state).toMatchObject({ generation: 1, branch: 1 });
    expect(presents(waited(thief), 'owner', at('1.0'), true).state).toBeUndefined();
  });
});

describe('an honest client alone', () => {
  it('is never signed out, whichever answers are lost and however long it takes to come back, in any order of ten steps', () => {
    let forks = 0;
    const steps = (world: World): World[] =>
      [world.state as FamilyState, later(world.state as FamilyState)].flatMap((state) => {
        const now = { ...world, state };
        const token = world.owner.tokens.at(-1) as Position;
        return [
          presents(now, 'owner', token, true),
          presents(now, 'owner', token, false),
          usesAccessToken(now, 'owner'),
        ];
      });
    follow(start, 10, steps, (world) => {
      expect(works(world, world.owner.tokens.at(-1) as Position) || world).toBe(true);
      forks = Math.max(forks, world.state?.branch ?? 0);
    });
    expect(forks).toBe(9);
  });
});
