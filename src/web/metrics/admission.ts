/** Metrics of overload: requests in flight, refused, and dropped because their client had gone. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { requestKinds } from '../../policy/admission.ts';
import type { AdmissionCounts } from '../http/admission.ts';

export function measureAdmission(registry: Registry, { inFlight, refused, abandoned }: AdmissionCounts): void {
  const registers = [registry];
  const labelNames = ['kind'];
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Accepted requests that are not answered yet, by kind of work',
    labelNames,
    registers,
    collect() {
      for (const kind of requestKinds) this.set({ kind }, inFlight[kind]);
    },
  });
  const counter = (name: string, help: string, totals: Readonly<Record<string, number>>) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const kind of requestKinds) this.inc({ kind }, totals[kind]);
      },
    });
  counter('http_requests_refused_total', 'Requests refused with 503 because too many were in flight', refused);
  counter('http_requests_abandoned_total', 'Accepted requests whose client closed the connection', abandoned);
}
