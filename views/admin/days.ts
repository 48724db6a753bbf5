import { html } from 'hono/html';
import type { Html } from '../text.ts';
import { bars, dayTable } from './bars.ts';

export type DayStatistics = {
  day: string;
  tokens: Readonly<Record<'authorization_code' | 'refresh_token' | 'client_credentials', number>>;
  errors: number;
  /** Failed requests whose sender is unknown. */
  strangers: number;
  thefts: number;
};

const sum = ({ tokens }: DayStatistics) => tokens.authorization_code + tokens.refresh_token + tokens.client_credentials;

/** Tokens and failed requests, day by day: two rows of a panel. */
export function dayCharts(days: DayStatistics[], errorsNote: Html): Html {
  const issued = days.filter((day) => sum(day) > 0);
  const failed = days.filter((day) => day.errors + day.strangers + day.thefts > 0);
  return html`<section class="setting" aria-labelledby="tokens"><header><h2 id="tokens">Tokens</h2><p>Answers of the token endpoint with an access token, by day.</p></header>${bars(
    {
      noun: 'Tokens issued',
      days: days.map((day) => ({ day: day.day, count: sum(day) })),
      table: dayTable(
        'Tokens issued per day, by grant type',
        ['Code', 'Refresh', 'Service'],
        issued.map(({ day, tokens }) => [
          day,
          tokens.authorization_code,
          tokens.refresh_token,
          tokens.client_credentials,
        ]),
      ),
    },
  )}</section>
  <section class="setting" aria-labelledby="errors"><header><h2 id="errors">Failed requests</h2><p>${errorsNote}</p></header>${bars(
    {
      noun: 'Failed requests',
      days: days.map(({ day, errors }) => ({ day, count: errors })),
      table: dayTable(
        'Failed requests per day',
        ['Failed', 'Sender unknown', 'Refresh tokens reused'],
        failed.map(({ day, errors, strangers, thefts }) => [day, errors, strangers, thefts]),
      ),
    },
  )}</section>`;
}
