/** How `Intl` writes dates, numbers and lists in the current language. */
import { speech } from './index.ts';

/** Making a formatter is dear, so each is made once for each language, when it is first needed. */
function inEach<T>(make: (tag: string) => T): () => T {
  const made = new Map<string, T>();
  return () => {
    const { tag } = speech();
    const there = made.get(tag);
    if (there !== undefined) return there;
    const format = make(tag);
    made.set(tag, format);
    return format;
  };
}

export const dayFormat = inEach(
  (tag) => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }),
);

/** "Saturday 21 November", for a day of this year. */
export const dayOfYearFormat = inEach(
  (tag) => new Intl.DateTimeFormat(tag, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }),
);

/** A day and a time of it, in UTC: mails do not know where their readers are. */
export const momentFormat = inEach(
  (tag) =>
    new Intl.DateTimeFormat(tag, {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone: 'UTC',
    }),
);

export const numberFormat = inEach((tag) => new Intl.NumberFormat(tag));

export const listFormat = inEach((tag) => new Intl.ListFormat(tag, { type: 'conjunction' }));

/** "4 minutes ago", "yesterday". */
export const agoFormat = inEach((tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }));

/** "2 days ago", where `agoFormat` would say "the day before yesterday" in some languages. */
export const daysAgoFormat = inEach((tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'always' }));

/** "4 minutes", as long as something takes. */
export const lengthFormats = {
  second: inEach((tag) => lengthFormat(tag, 'second')),
  minute: inEach((tag) => lengthFormat(tag, 'minute')),
  hour: inEach((tag) => lengthFormat(tag, 'hour')),
  day: inEach((tag) => lengthFormat(tag, 'day')),
};

const lengthFormat = (tag: string, unit: string) =>
  new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' });
