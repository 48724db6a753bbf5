#!/usr/bin/env node
/** The vcauth command, as a process: its streams, its signals and its exit code. What it does is in cli/run.ts. */
import { enableCompileCache } from 'node:module';
import { runCli } from './cli/run.ts';

// An exit and not the default end, so that an embedded database which only we use is stopped.
for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
  process.once(signal, () => process.exit(code));
}

// Halves the time that a command takes to start, from its second run on.
enableCompileCache();
process.exitCode = await runCli(process.argv.slice(2), process);
