/** The ports of a server. They are opened before anything else, so that a start that cannot listen changes nothing. */
import type { Config } from '../config/index.ts';
import { close, type HeldPort, holdPort } from '../lifecycle/listener.ts';
import { metricsSettings } from '../web/metrics/index.ts';

/** The ports for requests, and for metrics if they are enabled. */
export interface Ports {
  readonly main: HeldPort;
  readonly metrics: HeldPort | undefined;
}

const serverSettings = { port: 'PORT', host: 'HOST' };

/** @throws AppError with the setting to change, if listening fails */
export async function holdPorts({
  port,
  host,
  metricsPort,
  metricsHost,
}: Pick<Config, 'port' | 'host' | 'metricsPort' | 'metricsHost'>): Promise<Ports> {
  const main = await holdPort({ port, host, settings: serverSettings });
  if (metricsPort === undefined) return { main, metrics: undefined };
  const metrics = await holdPort({ port: metricsPort, host: metricsHost, settings: metricsSettings }).catch(
    async (error: unknown) => {
      await close(main.server, 0);
      throw error;
    },
  );
  return { main, metrics };
}

/** Closes the ports that are still open. */
export async function closePorts({ main, metrics }: Ports): Promise<void> {
  await Promise.all([main, metrics].map((port) => port && close(port.server, 0)));
}
