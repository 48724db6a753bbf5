import { html } from 'hono/html';
import { m } from './messages/index.ts';
import type { Html } from './text.ts';
import { minute } from './time.ts';

/** The end of a line about an app: when its access ends or has ended. Nothing for access that only its person ends. */
export function accessEnd(endsAt: Date | null | undefined, now: Date): Html | undefined {
  if (!endsAt) return undefined;
  const { accessEnded, accessUntil } = m().consentChoices;
  return endsAt <= now ? html` · <b>${accessEnded(minute(endsAt))}</b>` : html` · ${accessUntil(minute(endsAt))}`;
}
