/** The ports of a server, taken before anything else: a start that can't listen has changed nothing. */
import type { Config } from '../config/index.ts';
import { close, type HeldPort, holdPort } from '../lifecycle/listener.ts';
import { metricsSettings } from '../web/metrics/index.ts';

/** The port for requests, and the port for metrics, if there is one. */
export interface Ports {
  readonly main: HeldPort;
  readonly metrics: HeldPort | undefined;
}

const serverSettings = { port: 'PORT', host: 'HOST' };

/** @throws AppError that names the setting, where nothing can listen */
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

/** Closes what is still open of them. */
export async function closePorts({ main, metrics }: Ports): Promise<void> {
  await Promise.all([main, metrics].map((port) => port && close(port.server, 0)));
}
