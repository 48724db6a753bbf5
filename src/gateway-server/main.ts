/** Reads the environment, starts the reference gateway, and stops it on signals. */

import { readGatewayConfig } from '../config/gateway.ts';
import { ConfigError } from '../config/problems.ts';
import { AppError } from '../errors.ts';
import { onStopRequests } from '../lifecycle/signals.ts';
import { createLogger } from '../log/index.ts';
import { startGateway } from './index.ts';

/** Until there is something to stop, the process just ends. Without a handler, process 1 of a container would ignore the signal. */
let stop: () => unknown = () => process.exit(0);
onStopRequests(
  () => void stop(),
  () => process.exit(1),
);

try {
  const config = readGatewayConfig(process.env);
  const log = createLogger({ level: 'info', format: config.logFormat });
  const gateway = await startGateway(config, log);
  process.stdout.write(
    `VibeCaaS API gateway: ${gateway.origin}, in front of ${config.upstreamUrl ?? 'a sample API'}\n`,
  );
  stop = async () => {
    await gateway.stop();
    process.exit(0);
  };
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof AppError;
  process.stderr.write(`${expected ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
