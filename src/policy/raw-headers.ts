/**
 * Returns every value of a header in order, from the raw list of names and values. Node's `headers` drops or joins repeated
 * headers, and its `headersDistinct` parses all headers, which costs more than this loop. `name` must be in lower case.
 */
export function rawHeaderValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index] as string;
    if (sent.length === name.length && sent.toLowerCase() === name) values.push(rawHeaders[index + 1] as string);
  }
  return values;
}
