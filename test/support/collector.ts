/**
 * An OpenTelemetry collector that takes traces by OTLP over HTTP in protobuf. It reads the fields of
 * opentelemetry/proto/trace/v1/trace.proto that tests look at, by the rules of the wire format.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty if the trace begins with this span. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly attributes: Record<string, string | number>;
  readonly isError: boolean;
  /** Attributes of the server that sent it. */
  readonly resource: Record<string, string | number>;
}

export interface Collector {
  /** Base URL for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  readonly spans: ReceivedSpan[];
  /** The requests, as text: no secret may be in them. */
  readonly raw: string[];
  readonly headers: IncomingHttpHeaders[];
  /** How further requests are answered instead of 200. */
  answer: ((response: ServerResponse) => void) | undefined;
  stop(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (collector.answer) return collector.answer(response);
    const body = Buffer.concat(chunks);
    collector.headers.push(request.headers);
    collector.raw.push(body.toString('latin1'));
    if (request.url === '/v1/traces') collector.spans.push(...spansOf(body));
    response.writeHead(request.url === '/v1/traces' ? 200 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const collector: Collector = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    raw: [],
    headers: [],
    answer: undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return collector;
}

/** The fields of a message: number → values. A value is a number, or the bytes of a text or of another message. */
type Fields = Map<number, (Buffer | number)[]>;

function spansOf(body: Buffer): ReceivedSpan[] {
  return messages(fieldsOf(body), 1).flatMap((ofResource) => {
    const resource = Object.assign({}, ...messages(ofResource, 1).map((one) => attributesOf(one, 1)));
    return messages(ofResource, 2).flatMap((ofScope) =>
      messages(ofScope, 2).map((span) => ({
        traceId: bytes(span, 1).toString('hex'),
        spanId: bytes(span, 2).toString('hex'),
        parentSpanId: bytes(span, 4).toString('hex'),
        name: bytes(span, 5).toString(),
        attributes: attributesOf(span, 9),
        // Status.code, STATUS_CODE_ERROR
        isError: messages(span, 15).some((status) => status.get(3)?.[0] === 2),
        resource,
      })),
    );
  });
}

function attributesOf(fields: Fields, field: number): Record<string, string | number> {
  return Object.fromEntries(
    messages(fields, field).map((pair) => {
      const [value = new Map() as Fields] = messages(pair, 2);
      const number = value.get(3)?.[0];
      return [bytes(pair, 1).toString(), typeof number === 'number' ? number : bytes(value, 1).toString()];
    }),
  );
}

const bytes = (fields: Fields, field: number): Buffer => (fields.get(field)?.[0] as Buffer) ?? Buffer.alloc(0);
const messages = (fields: Fields, field: number): Fields[] =>
  (fields.get(field) ?? []).filter((value) => typeof value !== 'number').map(fieldsOf);

function fieldsOf(message: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  };
  const take = (length: number): Buffer => {
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const key = varint();
    const [field, type] = [Math.floor(key / 8), key % 8];
    const value = type === 0 ? varint() : take(type === 2 ? varint() : type === 1 ? 8 : 4);
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return fields;
}
