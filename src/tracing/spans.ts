/** Makes spans of what the channels tell, by the semantic conventions of OpenTelemetry for HTTP and databases. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { TracingChannel } from 'node:diagnostics_channel';
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { outgoingChannel, requestChannel, statementChannel } from './channels.ts';

/** The span of the work under way. */
const current = new AsyncLocalStorage<Span | undefined>();
const propagator = new W3CTraceContextPropagator();

/** Returns what each log line of the work under way gets. */
export function logFields(): Record<string, string> {
  const span = current.getStore();
  if (!span) return {};
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}

/** Makes spans from now on. Returns the end of it. */
export function followChannels(tracer: Tracer): () => void {
  const ends = [followRequests(tracer), followStatements(tracer), followOutgoing(tracer)];
  return () => {
    for (const end of ends) end();
  };
}

function followRequests(tracer: Tracer): () => void {
  return follow(requestChannel, {
    begin({ method, headers, requestId }) {
      const caller = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      const attributes = { 'http.request.method': method, 'vcauth.request_id': requestId };
      return tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, caller);
    },
    end({ method, route, status = 0 }, span) {
      span.updateName(`${method} ${route ?? 'other'}`);
      span.setAttributes({ 'http.route': route ?? 'other', 'http.response.status_code': status });
      // An answer of 400 to 499 is not a failure of this server.
      if (status >= 500) fail(span, String(status));
    },
  });
}

function followStatements(tracer: Tracer): () => void {
  return follow(statementChannel, {
    begin({ name, text }) {
      const summary = name ?? summaryOf(text);
      const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': summary };
      return tracer.startSpan(summary, { kind: SpanKind.CLIENT, attributes }, parent());
    },
    end() {},
  });
}

function followOutgoing(tracer: Tracer): () => void {
  return follow(outgoingChannel, {
    begin({ method, host, headers }) {
      const attributes = { 'http.request.method': method, 'server.address': host };
      const span = tracer.startSpan(`${method} ${host}`, { kind: SpanKind.CLIENT, attributes }, parent());
      if (headers) propagator.inject(trace.setSpan(ROOT_CONTEXT, span), headers, defaultTextMapSetter);
      return span;
    },
    end({ status }, span) {
      if (status === undefined) return;
      span.setAttribute('http.response.status_code', status);
      if (status >= 400) fail(span, String(status));
    },
  });
}

interface Rules<Message> {
  begin(message: Message): Span;
  end(message: Message, span: Span): void;
}

function follow<Message extends object>(channel: TracingChannel<Message, unknown>, rules: Rules<Message>): () => void {
  const spans = new WeakMap<Message, Span>();
  const handlers = {
    start() {},
    end() {},
    asyncStart() {},
    error(message: Message & { error: unknown }) {
      const span = spans.get(message);
      if (span) fail(span, typeOf(message.error));
    },
    asyncEnd(message: Message) {
      const span = spans.get(message);
      if (!span) return;
      rules.end(message, span);
      span.end();
    },
  };
  channel.start.bindStore(current as AsyncLocalStorage<unknown>, (message) => {
    const span = rules.begin(message);
    spans.set(message, span);
    return span;
  });
  channel.subscribe(handlers);
  return () => {
    channel.start.unbindStore(current as AsyncLocalStorage<unknown>);
    channel.unsubscribe(handlers);
  };
}

function parent(): Context {
  const span = current.getStore();
  return span ? trace.setSpan(ROOT_CONTEXT, span) : ROOT_CONTEXT;
}

/** Messages of errors may have values that somebody sent, so spans have their types alone. */
function fail(span: Span, type: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', type);
}

function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}

/** The verb of a statement that has no name, and its first table. */
function summaryOf(text: string): string {
  const [, verb = 'SQL'] = /^\s*(?:with\b[\s\S]*?\)\s*)?(\w+)/i.exec(text) ?? [];
  const [, table = ''] = /\b(?:from|into|update)\s+"?(\w+)/i.exec(text) ?? [];
  return `${verb.toUpperCase()} ${table}`.trim();
}
