/** Server-sent events (WHATWG HTML §9.2.6) as they come in, with a bound on what one may hold. */

export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** Characters. A page of the feed has some 100,000. */
const longest = 8_000_000;

/** Throws when an event does not end. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let buffered = '';
  for await (const chunk of body) {
    buffered += decoder.decode(chunk, { stream: true });
    const blocks = buffered.split(/\r?\n\r?\n/);
    buffered = blocks.pop() ?? '';
    if (buffered.length > longest) throw new Error('An event of the feed does not end');
    for (const block of blocks) yield toEvent(block);
  }
}

function toEvent(block: string): ServerSentEvent {
  let [event, data] = ['message', ''];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') event = value ?? '';
    if (field === 'data') data += value;
  }
  return { event, data };
}
