#!/usr/bin/env node
/** The vcauth command as a process: its streams, its signals and its exit code. cli/run.ts does the rest. */
import { enableCompileCache } from 'node:module';
import { runCli } from './cli/run.ts';

// An exit instead of the default end, so that an embedded database which only this command uses is stopped.
for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
  process.once(signal, () => process.exit(code));
}

// From the second run on, this halves the time that a command takes to start.
enableCompileCache();
process.exitCode = await runCli(process.argv.slice(2), process);
