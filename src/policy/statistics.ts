/** Converts stored counts to statistics by day, with a row for every day. */

import { deviceGrantType } from './device-codes.ts';
import { jwtBearer } from './id-jag.ts';
import { tokenExchange } from './token-exchange.ts';

export interface DailyStatistics {
  /** YYYY-MM-DD, in UTC. */
  readonly day: string;
  /** Issued tokens by grant type. */
  readonly tokens: Readonly<Record<GrantType, number>>;
  /** Failed requests of the client itself and of its users. */
  readonly errors: number;
  /** Failed requests of strangers who only named the client. They say nothing about the app. */
  readonly strangers: number;
  /** Used refresh tokens that came back, so that their token families ended. */
  readonly refresh_token_reuses: number;
}

/** How tokens are counted by grant type, in our short names. */
export const countedGrantTypes = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'token_exchange',
  'id_jag',
] as const;
type GrantType = (typeof countedGrantTypes)[number];

/** The other names are those of RFC 6749. To its statistics, a device is one more way in which people allow an app something. */
const shortNames: Readonly<Record<string, GrantType>> = {
  [deviceGrantType]: 'authorization_code',
  [tokenExchange]: 'token_exchange',
  [jwtBearer]: 'id_jag',
};

/** The name under which tokens of this `grant_type` are counted; undefined if they are not. */
export function countedAs(grantType: string): GrantType | undefined {
  return Object.hasOwn(shortNames, grantType)
    ? shortNames[grantType]
    : countedGrantTypes.find((counted) => counted === grantType);
}

const dayMs = 86_400_000;

/** Returns statistics of the last `days` days, oldest first. */
export function statisticsByDay(
  counted: readonly { day: string; what: string; count: number }[],
  now: Date,
  days: number,
): DailyStatistics[] {
  const counts = new Map(counted.map(({ day, what, count }) => [`${day} ${what}`, count]));
  return lastDays(now, days).map((day) => {
    const count = (what: string) => counts.get(`${day} ${what}`) ?? 0;
    return {
      day,
      tokens: Object.fromEntries(countedGrantTypes.map((name) => [name, count(name)])) as DailyStatistics['tokens'],
      errors: count('error'),
      strangers: count('stranger'),
      refresh_token_reuses: count('theft'),
    };
  });
}

/**
 * Returns a measurement for each of the last `days` days. A day without one gets that of the day before, and days before
 * the first measurement are left out.
 */
export function measuresByDay(
  counted: readonly { day: string; what: string; count: number }[],
  what: string,
  now: Date,
  days: number,
): number[] {
  const measured = new Map(counted.filter((one) => one.what === what).map(({ day, count }) => [day, count]));
  let last: number | undefined;
  return lastDays(now, days).flatMap((day) => {
    last = measured.get(day) ?? last;
    return last === undefined ? [] : [last];
  });
}

/** Returns the last `days` days (UTC), oldest first. */
export function lastDays(now: Date, days: number): string[] {
  return Array.from({ length: days }, (_, index) =>
    new Date(now.getTime() - (days - 1 - index) * dayMs).toISOString().slice(0, 10),
  );
}

export function tokensOf({ tokens }: Pick<DailyStatistics, 'tokens'>): number {
  return Object.values(tokens).reduce((all, count) => all + count, 0);
}

/** Returns sums over all days. */
export function totalsOf(days: readonly DailyStatistics[]): {
  tokens: number;
  errors: number;
  strangers: number;
  reuses: number;
} {
  const sum = (of: (day: DailyStatistics) => number) => days.reduce((all, day) => all + of(day), 0);
  return {
    tokens: sum(tokensOf),
    errors: sum(({ errors }) => errors),
    strangers: sum(({ strangers }) => strangers),
    reuses: sum(({ refresh_token_reuses: reuses }) => reuses),
  };
}

/** Describes what users lose if an app is suspended or deleted: tokens and consents. */
export function costInWords(people: { with_tokens: number; allowing: number }): { tokens: string; consents: string } {
  const { with_tokens: withTokens, allowing } = people;
  return {
    tokens:
      withTokens === 0 ? 'Nobody has a token of it now.' : `Ends every token of ${peopleInWords(withTokens)} at once.`,
    consents:
      allowing === 0 ? 'Nobody has allowed it anything.' : `Removes what ${peopleInWords(allowing)} allowed it.`,
  };
}

/** Formats a number of people, at least one, for use in a sentence. */
function peopleInWords(count: number): string {
  return count === 1 ? 'one person' : `${count.toLocaleString('en')} people`;
}
