/**
 * A reader of the revocation feed, written from docs/gateway.md alone with nothing but fetch: "A reader, in outline"
 * line by line, as in any other language. It imports nothing; written-reader.test.ts checks that.
 */

interface Entry {
  kind: string;
  value: string;
  expires_at: number | null;
}

interface Message {
  cursor: string;
  as_of: number;
  entries?: Entry[];
  snapshot?: boolean;
  more?: boolean;
}

/** (kind, value) → expires_at. */
type List = Map<string, number | null>;

export interface Reader {
  /** The verdict of the list on a token's claims; `introspect` if the list can't be trusted. */
  look(claims: Record<string, string>): 'revoked' | 'good' | 'introspect';
  /** The cursors that were sent with each connection, in order. */
  readonly resumed: (string | undefined)[];
  readonly pages: number;
  close(): void;
}

const pauseFor = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const kinds = ['jti', 'gid', 'client_id', 'sub'];

/** `clock` returns milliseconds that never go back; a test moves it instead of waiting. */
export function readFeedByTheBook(
  issuer: string,
  { user, secret, way, clock }: { user: string; secret: string; way: 'stream' | 'poll'; clock: () => number },
): Reader {
  let list: List = new Map();
  let coming: List | undefined;
  let cursor: string | undefined;
  let last = 0;
  let heard = Number.NEGATIVE_INFINITY;
  let pause = 100;
  let closed = false;
  let pages = 0;
  const resumed: (string | undefined)[] = [];
  const form = (text: string) => new URLSearchParams({ x: text }).toString().slice(2);
  const authorization = `Basic ${btoa(`${form(user)}:${form(secret)}`)}`;
  let abort = new AbortController();

  function apply(into: List, { entries = [] }: Message): void {
    pages += 1;
    for (const { kind, value, expires_at } of entries) {
      if (!kinds.includes(kind)) {
        heard = Number.NEGATIVE_INFINITY;
        throw new Error(`unknown kind ${kind}`);
      }
      into.set(`${kind} ${value}`, expires_at);
    }
  }

  function heartbeats(asOf: number): void {
    if (asOf <= last) return;
    [last, heard, pause] = [asOf, clock(), 100];
    if (coming) [list, coming] = [coming, undefined];
  }

  function take(event: string, data: string): void {
    const message = JSON.parse(data) as Message;
    if (event === 'snapshot') coming = new Map();
    if (event === 'snapshot' || event === 'revoked') {
      apply(coming ?? list, message);
      cursor = message.cursor;
    } else if (event === 'heartbeat') {
      if (message.cursor !== cursor) {
        cursor = undefined;
        throw new Error('an entry is missing');
      }
      heartbeats(message.as_of);
    }
  }

  async function stream(): Promise<void> {
    const silence = setInterval(() => abort.abort(), 5_000);
    try {
      const headers: Record<string, string> = { authorization, accept: 'text/event-stream' };
      if (cursor !== undefined) headers['last-event-id'] = cursor;
      const response = await fetch(`${issuer}/oauth/revocations`, { headers, signal: abort.signal });
      if (response.status !== 200) throw new Error(String(response.status));
      let [text, event, data] = ['', '', ''];
      const decoder = new TextDecoder();
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        silence.refresh();
        text += decoder.decode(chunk, { stream: true });
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) {
          if (line.startsWith('event: ')) event = line.slice(7);
          if (line.startsWith('data: ')) data = line.slice(6);
          if (line !== '') continue;
          if (data) take(event, data);
          [event, data] = ['', ''];
        }
      }
    } finally {
      clearInterval(silence);
    }
  }

  async function poll(): Promise<void> {
    for (;;) {
      const query = new URLSearchParams({ wait: '1', ...(cursor !== undefined && { cursor }) });
      const headers = { authorization, accept: 'application/json' };
      const response = await fetch(`${issuer}/oauth/revocations?${query}`, { headers, signal: abort.signal });
      if (response.status !== 200) throw new Error(String(response.status));
      const message = (await response.json()) as Message;
      if (message.snapshot) coming = new Map();
      apply(coming ?? list, message);
      cursor = message.cursor;
      if (!message.more) heartbeats(message.as_of);
    }
  }

  async function loop(): Promise<void> {
    while (!closed) {
      abort = new AbortController();
      resumed.push(cursor);
      await (way === 'stream' ? stream() : poll()).catch(() => {});
      await pauseFor(pause);
      pause = Math.min(pause * 2, 5_000);
    }
  }
  void loop();

  return {
    look(claims) {
      if (clock() - heard > 5_000) return 'introspect';
      const now = last + (clock() - heard) / 1000;
      const inForce = (end: number | null | undefined) => end === null || (end !== undefined && end > now);
      return kinds.some((kind) => inForce(list.get(`${kind} ${claims[kind]}`))) ? 'revoked' : 'good';
    },
    resumed,
    get pages() {
      return pages;
    },
    close() {
      closed = true;
      abort.abort();
    },
  };
}
