/** The settings of traces. Their names, and the others that the library reads by itself, are OpenTelemetry's. */
import * as parse from './parsers.ts';
import type { SettingsTable } from './read.ts';
import type { Settings } from './settings.ts';

export const tracingSettings: Pick<SettingsTable<Settings>, 'otlpEndpoint' | 'traceSampleRatio'> = {
  otlpEndpoint: {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    parse: parse.baseUrl,
    default: undefined,
    defaultDoc: 'none: no traces',
    doc:
      'Base URL of an OpenTelemetry collector that takes OTLP over HTTP, such as `http://collector:4318`: ' +
      '[traces](operations.md#traces) go to its `/v1/traces`. Then `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` and ' +
      '`OTEL_EXPORTER_OTLP_HEADERS` have their usual meaning.',
  },
  traceSampleRatio: {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    parse: parse.ratio,
    default: '1',
    doc: 'Share of traces that are recorded, from 0 to 1. A caller that sends `traceparent` has decided for its own trace.',
  },
};
