/** Sends traces to a collector by OTLP over HTTP. Loaded only if `OTEL_EXPORTER_OTLP_ENDPOINT` is set. */
import { setTimeout as sleep } from 'node:timers/promises';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import packageJson from '../../package.json' with { type: 'json' };
import { followChannels, logFields } from './spans.ts';

export interface TracingOptions {
  /** Base URL of the collector, without trailing slash; traces go to its `/v1/traces`. */
  readonly endpoint: string;
  /** The share of traces that begin here and are recorded, from 0 to 1. A caller that has a trace has decided already. */
  readonly sampleRatio: number;
  /** Called at most once a minute while traces cannot be sent. Then they are dropped, and requests wait for nothing. */
  readonly onError: (error: Error) => void;
}

export interface Tracing {
  /** The ids of the trace and the span under way, for log lines. */
  logFields(): Record<string, string>;
  /** Sends what is left, for two seconds at most. */
  stop(): Promise<void>;
}

const errorIntervalMs = 60_000;
const stopTimeoutMs = 2_000;

/**
 * Begins to trace. `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` describe this server, and `OTEL_EXPORTER_OTLP_HEADERS`,
 * `_TIMEOUT`, `_COMPRESSION` and `_CERTIFICATE` the connection, as OpenTelemetry specifies them.
 */
export function startTracing({ endpoint, sampleRatio, onError }: TracingOptions): Tracing {
  let lastErrorMs = Number.NEGATIVE_INFINITY;
  const report = (error: unknown) => {
    if (performance.now() - lastErrorMs < errorIntervalMs) return;
    lastErrorMs = performance.now();
    onError(error instanceof Error ? error : new Error(String(error)));
  };
  setGlobalErrorHandler(report);
  const own = resourceFromAttributes({ 'service.name': 'vcauth', 'service.version': packageJson.version });
  const provider = new TracerProvider({
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }) })],
  });
  const end = followChannels(provider.getTracer('vcauth', packageJson.version));
  return {
    logFields,
    async stop() {
      end();
      await Promise.race([provider.shutdown().catch(report), sleep(stopTimeoutMs, undefined, { ref: false })]);
    },
  };
}
