/**
 * HTTP byte by byte: what well-behaved clients refuse to send (NUL in a header, a forged Host, a malformed path), and
 * the answer as it came.
 */
import { connect } from 'node:net';

export interface Sent {
  readonly method?: string;
  /** The exact text of the request line. Latin-1: one character, one byte. */
  readonly path: string;
  /** An array sends a header several times; undefined removes a default. */
  readonly headers?: Record<string, string | string[] | undefined>;
  /** A form from pairs, or raw bytes (latin-1). */
  readonly body?: Record<string, string | string[]> | string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends one request to the server that listens at `issuer`, whatever Host it names, and reads the answer to its end. */
export function send(issuer: string, { method, path, headers, body }: Sent): Promise<Answer> {
  const { hostname, host, port } = new URL(issuer);
  const payload = typeof body === 'object' ? form(body) : (body ?? '');
  const all: Record<string, string | string[] | undefined> = {
    Host: host,
    Connection: 'close',
    ...(body !== undefined && {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': String(Buffer.byteLength(payload, 'latin1')),
    }),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => `${name}: ${one}\r\n`),
  );
  const verb = method ?? (body === undefined ? 'GET' : 'POST');
  const request = `${verb} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${payload}`;
  return exchange(hostname === 'localhost' ? '127.0.0.1' : hostname, Number(port), Buffer.from(request, 'latin1'));
}

/** Encodes the pairs as a form; an array repeats its name. */
export function form(fields: Record<string, string | string[]>): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  return new URLSearchParams(pairs as [string, string][]).toString();
}

/** Sends raw bytes and reads until the server closes. Rejects when it closes without an answer. */
function exchange(host: string, port: number, bytes: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, host, () => socket.write(bytes));
    const finish = () => {
      const raw = Buffer.concat(chunks);
      if (raw.length > 0) resolve(parse(raw));
      else reject(new Error('the connection was closed without an answer'));
    };
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', finish);
    socket.on('end', finish);
    socket.setTimeout(50_000, () => socket.destroy(new Error('no answer within fifty seconds')));
  });
}

function parse(raw: Buffer): Answer {
  const end = raw.indexOf('\r\n\r\n');
  const [status = '', ...lines] = raw.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Headers();
  for (const line of lines) headers.append(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim());
  const body = raw.subarray(end + 4);
  const text = headers.get('transfer-encoding') === 'chunked' ? unchunk(body) : body.toString('utf8');
  return { status: Number(status.split(' ')[1]), headers, text };
}

function unchunk(body: Buffer): string {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, line).toString(), 16);
    if (!size) return Buffer.concat(parts).toString('utf8');
    parts.push(body.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
