/** Prints addresses and demo data to the terminal when the server is ready. */
import type { Config } from '../config/index.ts';
import { demo } from '../policy/demo.ts';
import type { RunningServer } from './index.ts';

export function announce(config: Config, server: RunningServer): void {
  const lines = [`VibeCaaS authorization server: ${config.issuer}`];
  if (server.metricsOrigin) lines.push(`  metrics         ${server.metricsOrigin}/metrics`);
  if (config.demo) {
    lines.push(
      `  playground      ${config.issuer}/playground`,
      `  demo account    ${demo.email} / ${demo.password}`,
      `  demo app        ${demo.client} (public client)`,
      `  demo gateway    ${demo.gateway} / ${server.demoGatewaySecret}`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
