/**
 * Every value that was sent under a header's name, in order, from a request's raw list of names and values. Node's own
 * view of a request drops or joins repeated headers, and sorting all of them out for one costs more than this look.
 * `name` is in lower case.
 */
export function rawHeaderValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index] as string;
    if (sent.length === name.length && sent.toLowerCase() === name) values.push(rawHeaders[index + 1] as string);
  }
  return values;
}
