/** Streams of server-sent events, read as the standard says (WHATWG HTML §9.2.5 and §9.2.6), however they are cut into chunks. */
import { describe, expect, it } from 'vitest';
import { readEvents, type ServerSentEvent } from '../../src/gateway/sse.ts';

async function eventsOf(chunks: readonly (string | Uint8Array)[]): Promise<ServerSentEvent[]> {
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
  }
  return Array.fromAsync(readEvents(body()));
}

const message = (data: string): ServerSentEvent => ({ event: 'message', data });
const bytesOf = (text: string) => Array.from(new TextEncoder().encode(text), (byte) => Uint8Array.of(byte));

/** What the stream is called, its chunks, its events. */
const streams: [name: string, chunks: (string | Uint8Array)[], events: ServerSentEvent[]][] = [
  // lines of data
  ['one line of data', ['data: a\n\n'], [message('a')]],
  ['two lines of data', ['data: a\ndata: b\n\n'], [message('a\nb')]],
  ['an empty line of data between two', ['data: a\ndata\ndata: b\n\n'], [message('a\n\nb')]],
  ['one empty line of data', ['data\n\n'], [message('')]],
  ['two empty lines of data', ['data\ndata\n\n'], [message('\n')]],
  ['data without a space', ['data:a\n\n'], [message('a')]],
  ['data with two spaces', ['data:  a\n\n'], [message(' a')]],
  ['data with colons', ['data: a: b:\n\n'], [message('a: b:')]],
  // ends of lines
  ['CR LF', ['event: x\r\ndata: a\r\ndata: b\r\n\r\n'], [{ event: 'x', data: 'a\nb' }]],
  ['a lone CR', ['event: x\rdata: a\rdata: b\r\r'], [{ event: 'x', data: 'a\nb' }]],
  ['all three ends of lines', ['data: a\rdata: b\r\ndata: c\n\r'], [message('a\nb\nc')]],
  ['CR and LF in two chunks', ['data: a\r', '\ndata: b\r', '\n\r', '\n'], [message('a\nb')]],
  ['CR and LF with an empty chunk between', ['data: a\r', '', '\ndata: b\n\n'], [message('a\nb')]],
  ['LF after CR LF in two chunks', ['data: a\r', '\n\n', 'data: b\n\n'], [message('a'), message('b')]],
  // kinds of events
  ['an event with a type', ['event: revoked\ndata: a\n\n'], [{ event: 'revoked', data: 'a' }]],
  ['a type that is empty', ['event:\ndata: a\n\n'], [message('a')]],
  ['two types', ['event: x\nevent: y\ndata: a\n\n'], [{ event: 'y', data: 'a' }]],
  ['a type for one event', ['event: x\ndata: a\n\ndata: b\n\n'], [{ event: 'x', data: 'a' }, message('b')]],
  ['a type without data', ['event: x\n\ndata: a\n\n'], [message('a')]],
  ['retry alone', ['retry: 1000\n\n'], []],
  ['a comment', [': data: a\n:\n\ndata: b\n: c\n\n'], [message('b')]],
  ['fields that nobody knows', ['Data: a\ndata-x: b\n data: c\ndata: d\n\n'], [message('d')]],
  ['an id', ['id: 1\ndata: a\n\n'], [message('a')]],
  ['empty lines between events', ['\n\n\ndata: a\n\n\n\ndata: b\n\n'], [message('a'), message('b')]],
  ['an event that does not end', ['data: a\n\ndata: b\n'], [message('a')]],
  ['a last event without the empty line', ['data: a\n\ndata: b'], [message('a')]],
  // characters
  ['a byte order mark at the start', ['\ufeffdata: a\n\n'], [message('a')]],
  ['a byte order mark in three chunks', bytesOf('\ufeffdata: a\n\n'), [message('a')]],
  ['a second byte order mark', ['\ufeff\ufeffdata: a\ndata: b\n\n'], [message('b')]],
  ['a byte order mark later on', ['data: \ufeffa\n\n', '\ufeffdata: b\n\n'], [message('\ufeffa')]],
  ['a character in four chunks', bytesOf('data: \u{1f511}\n\n'), [message('\u{1f511}')]],
  ['line separators of Unicode', ['data: a\u2028b\u0085c\n\n'], [message('a\u2028b\u0085c')]],
];

describe('a stream with', () => {
  it.each(streams)('%s has the events of the standard', async (_name, chunks, events) => {
    expect(await eventsOf(chunks)).toEqual(events);
  });

  it.each(streams)('%s has the same events byte by byte', async (_name, chunks, events) => {
    const bytes = chunks.flatMap((chunk) => (typeof chunk === 'string' ? bytesOf(chunk) : [chunk]));
    expect(await eventsOf(bytes)).toEqual(events);
  });
});

it('an event arrives with the CR that ends it, before the next chunk', async () => {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode('data: a\r\r');
    throw new Error('the next chunk was asked for');
  }
  expect(await readEvents(body()).next()).toEqual({ done: false, value: message('a') });
});

it.each(['data: ', 'data: a\n'])('a stream that repeats %j and has no empty line is given up', async (piece) => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield new TextEncoder().encode(piece.repeat(20_000));
  }
  await expect(readEvents(endless()).next()).rejects.toThrow('does not end');
});
