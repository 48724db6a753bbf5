/** Counts as they are stored, by day, as everybody is shown them: every day once, with nothing where nothing was. */

export interface DailyStatistics {
  /** YYYY-MM-DD, in UTC. */
  readonly day: string;
  /** Issued, by grant type. */
  readonly tokens: Readonly<Record<GrantType, number>>;
  /** Failed requests of the client itself, and of people who use it. */
  readonly errors: number;
  /** Failed requests of whoever named the client and proved nothing. They say nothing of the app. */
  readonly strangers: number;
  /** Spent refresh tokens that came back. */
  readonly thefts: number;
}

type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials';

const dayInMilliseconds = 86_400_000;

/** The `days` days up to `now`, the oldest first. */
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
      tokens: {
        authorization_code: count('authorization_code'),
        refresh_token: count('refresh_token'),
        client_credentials: count('client_credentials'),
      },
      errors: count('error'),
      strangers: count('stranger'),
      thefts: count('theft'),
    };
  });
}

/**
 * A measure on each of the `days` days up to `now`: a day on which nothing was measured has that of the day before, and
 * the days before the first measure are left out.
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

/** The `days` days up to `now`, in UTC, the oldest first. */
export function lastDays(now: Date, days: number): string[] {
  return Array.from({ length: days }, (_, index) =>
    new Date(now.getTime() - (days - 1 - index) * dayInMilliseconds).toISOString().slice(0, 10),
  );
}

export function tokensOf({ tokens }: Pick<DailyStatistics, 'tokens'>): number {
  return tokens.authorization_code + tokens.refresh_token + tokens.client_credentials;
}

/** Over all days. */
export function totalsOf(days: readonly DailyStatistics[]): {
  tokens: number;
  errors: number;
  strangers: number;
  thefts: number;
} {
  const sum = (of: (day: DailyStatistics) => number) => days.reduce((all, day) => all + of(day), 0);
  return {
    tokens: sum(tokensOf),
    errors: sum(({ errors }) => errors),
    strangers: sum(({ strangers }) => strangers),
    thefts: sum(({ thefts }) => thefts),
  };
}

/** What the end of an app costs people: their tokens, and what they allowed it. */
export function costInWords(people: { with_tokens: number; allowing: number }): { tokens: string; consents: string } {
  const { with_tokens: withTokens, allowing } = people;
  return {
    tokens:
      withTokens === 0 ? 'Nobody has a token of it now.' : `Ends every token of ${peopleInWords(withTokens)} at once.`,
    consents:
      allowing === 0 ? 'Nobody has allowed it anything.' : `Removes what ${peopleInWords(allowing)} allowed it.`,
  };
}

/** A count of people, of one or more, as a sentence says it. */
export function peopleInWords(count: number): string {
  return count === 1 ? 'one person' : `${count.toLocaleString('en')} people`;
}
