/**
 * Reads server-sent events as they arrive, by the standard (WHATWG HTML §9.2.5, §9.2.6), with a bound on their size.
 */

export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** A page of the feed has some 100,000 characters. */
const maxEventChars = 8_000_000;

/**
 * Yields each event that has data as soon as its empty line has arrived. An unfinished event at the end is dropped.
 * `id` and `retry` are ignored: the feed has its cursor in the data.
 * @throws Error for an event that does not end
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let event = '';
  let data: string[] = [];
  let size = 0;
  for await (const line of linesOf(body)) {
    if (line !== '') {
      size += line.length;
      if (size > maxEventChars) throw new Error(unending);
      const [field, value] = fieldOf(line);
      if (field === 'event') event = value;
      if (field === 'data') data.push(value);
      continue;
    }
    if (data.length > 0) yield { event: event || 'message', data: data.join('\n') };
    [event, data, size] = ['', [], 0];
  }
}

const unending = 'An event of the feed does not end';

/** A comment has an empty field name. */
function fieldOf(line: string): [field: string, value: string] {
  const colon = line.indexOf(':');
  if (colon === -1) return [line, ''];
  const begin = line[colon + 1] === ' ' ? colon + 2 : colon + 1;
  return [line.slice(0, colon), line.slice(begin)];
}

/**
 * Lines end with CR LF, LF or CR. A line that ends with CR is yielded at once; an LF that follows belongs to that CR.
 */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  // The decoder removes a byte order mark at the start, and no other.
  const decoder = new TextDecoder();
  let unfinished = '';
  let endedWithCr = false;
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    if (text === '') continue;
    const lines = (endedWithCr && text.startsWith('\n') ? text.slice(1) : text).split(/\r\n|\n|\r/);
    endedWithCr = text.endsWith('\r');
    lines[0] = unfinished + lines[0];
    unfinished = lines.pop() ?? '';
    yield* lines;
    if (unfinished.length > maxEventChars) throw new Error(unending);
  }
}
