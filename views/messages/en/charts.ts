import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('en');

/** Figures by day. */
export const charts = {
  none: (days: number): string => plural(days, { one: 'None in # day.', other: 'None in # days.' }),
  said: (what: string, first: string, last: string, max: string, peak: string): string =>
    `${what} per day from ${first} to ${last}: at most ${max}, on ${peak}`,
  maximum: (max: string, day: string): string => `At most ${max}, on ${day}`,
  asTable: 'As a table',
  perDay: (what: string): string => `${what} per day`,
  day: 'Day (UTC)',
  inDays: (days: number): string => plural(days, { one: 'in # day', other: 'in # days' }),
  inDaysAndStrangers: (days: number, strangers: string): string =>
    `${plural(days, { one: 'in # day', other: 'in # days' })}; ${strangers} more of unknown senders`,
  tokens: 'Tokens',
  tokensLead: 'Answers of the token endpoint with an access token, by day.',
  tokensIssued: 'Tokens issued',
  tokensByGrant: 'Tokens issued per day, by grant type',
  code: 'Code',
  refresh: 'Refresh',
  service: 'Service',
  exchange: 'Exchange',
  organisation: 'Organisation',
  failed: 'Failed requests',
  failedShort: 'Failed',
  reused: 'Refresh tokens reused',
};
