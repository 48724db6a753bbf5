/** What is kept of a User-Agent header. Browsers send less than half of this; more helps nobody to know one again. */
const maxLength = 400;

/** Returns the header without control characters, cut to what is kept; undefined if nothing was sent. */
export function keptUserAgent(header: string): string | undefined {
  const text = header
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, maxLength);
  return text === '' ? undefined : text;
}
