/** What this process is and what it last saw: its version, the database, the signing keys. Reading it costs no statement. */
import { Gauge, type Registry } from 'prom-client';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Engine } from '../../oidc/engine.ts';
import { signingAlgorithms } from '../../policy/signing-algorithms.ts';
import type { Heartbeat } from '../../store/heartbeat.ts';

/** Replaces the metric of prom-client, which is missing in a scrape of several processes. */
export function measureStart(registry: Registry): void {
  const name = 'process_start_time_seconds';
  registry.removeSingleMetric(name);
  new Gauge({
    name,
    help: 'When the process started, as Unix time',
    // A worker that takes the place of another changes it.
    aggregator: 'max',
    registers: [registry],
    collect() {
      this.set(performance.timeOrigin / 1000);
    },
  });
}

export function measureBuild(registry: Registry): void {
  new Gauge({
    name: 'build_info',
    help: 'Always 1: version of the server and of Node.js',
    labelNames: ['version', 'node_version'],
    // All processes of a node are of one version.
    aggregator: 'max',
    registers: [registry],
    collect() {
      this.set({ version: packageJson.version, node_version: process.version }, 1);
    },
  });
}

/** The worst of all workers counts. */
export function measureHeartbeat(registry: Registry, heartbeat: Pick<Heartbeat, 'state'>): void {
  const gauge = (name: string, help: string, value: () => boolean) =>
    new Gauge({
      name,
      help,
      aggregator: 'min',
      registers: [registry],
      collect() {
        this.set(value() ? 1 : 0);
      },
    });
  gauge('database_up', '1 if the database has answered the last heartbeat', () => heartbeat.state().answers);
  gauge(
    'database_writable',
    '1 if the database has taken the write of the last heartbeat',
    () => heartbeat.state().writable,
  );
  new Gauge({
    name: 'clock_ahead_seconds',
    help: 'How far the clock of this machine is ahead of the database at the last heartbeat that was answered',
    // All processes of a node have one clock.
    aggregator: 'average',
    registers: [registry],
    collect() {
      const { aheadSeconds } = heartbeat.state();
      if (aheadSeconds !== undefined) this.set(aheadSeconds);
    },
  });
}

export function measureSigningKeys(registry: Registry, engine: Pick<Engine, 'keys' | 'keysReadAtMs'>): void {
  const registers = [registry];
  new Gauge({
    name: 'signing_key_age_seconds',
    help: 'How long the current key of this algorithm has been signing',
    labelNames: ['alg'],
    aggregator: 'max',
    registers,
    collect() {
      for (const alg of signingAlgorithms) {
        const since = engine.keys().find((key) => key.alg === alg && key.state === 'current')?.currentAt;
        if (since) this.set({ alg }, (Date.now() - since.getTime()) / 1000);
      }
    },
  });
  new Gauge({
    name: 'signing_keys_read_timestamp_seconds',
    help: 'When the signing keys were last read from the database',
    aggregator: 'min',
    registers,
    collect() {
      this.set(engine.keysReadAtMs() / 1000);
    },
  });
}
