/** A counter of what something else counts. It is read whenever the metrics are. */
import { Counter, type Registry } from 'prom-client';

export function measureTotal(registry: Registry, name: string, help: string, total: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(total());
    },
  });
}
