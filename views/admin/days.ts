import { html } from 'hono/html';
import { m } from '../messages/index.ts';
import type { Html } from '../text.ts';
import { bars, dayTable } from './bars.ts';

export type DayStatistics = {
  day: string;
  tokens: Readonly<
    Record<'authorization_code' | 'refresh_token' | 'client_credentials' | 'token_exchange' | 'id_jag', number>
  >;
  errors: number;
  /** Failed requests whose sender is unknown. */
  strangers: number;
  refresh_token_reuses: number;
};

/** All tokens of the day, whatever they were issued for. */
export const sum = ({ tokens }: DayStatistics): number => Object.values(tokens).reduce((all, count) => all + count, 0);

/** Tokens and failed requests, day by day: two rows of a panel. */
export function dayCharts(days: DayStatistics[], errorsNote: Html): Html {
  const words = m().charts;
  const issued = days.filter((day) => sum(day) > 0);
  const failed = days.filter((day) => day.errors + day.strangers + day.refresh_token_reuses > 0);
  return html`<section class="setting" aria-labelledby="tokens"><header><h2 id="tokens">${words.tokens}</h2><p>${words.tokensLead}</p></header>${bars(
    {
      noun: words.tokensIssued,
      days: days.map((day) => ({ day: day.day, count: sum(day) })),
      table: dayTable(
        words.tokensByGrant,
        [words.code, words.refresh, words.service, words.exchange, words.organisation],
        issued.map(({ day, tokens }) => [
          day,
          tokens.authorization_code,
          tokens.refresh_token,
          tokens.client_credentials,
          tokens.token_exchange,
          tokens.id_jag,
        ]),
      ),
    },
  )}</section>
  <section class="setting" aria-labelledby="errors"><header><h2 id="errors">${words.failed}</h2><p>${errorsNote}</p></header>${bars(
    {
      noun: words.failed,
      days: days.map(({ day, errors }) => ({ day, count: errors })),
      table: dayTable(
        m().charts.perDay(words.failed),
        [words.failedShort, m().failures.senderUnknown, words.reused],
        failed.map(({ day, errors, strangers, refresh_token_reuses: reuses }) => [day, errors, strangers, reuses]),
      ),
    },
  )}</section>`;
}
