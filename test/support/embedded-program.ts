/**
 * A program that uses an embedded PostgreSQL: `embedded-program.ts <dataDir> <systemDir>`. It prints the result as one line
 * of JSON. SIGTERM stops it properly; SIGHUP and the end of its input make it exit without stop().
 */
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/store/embedded/index.ts';

const [dataDir = '', systemDir = ''] = process.argv.slice(2);
const log: string[] = [];
const postgres = await startEmbeddedPostgres({
  dataDir,
  systemDir,
  onLog: (line) => log.push(line),
  initdbFlags: ['--no-sync'],
});
const client = new pg.Client({ connectionString: postgres.url });
await client.connect();
const { rows } = await client.query("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid");
await client.end();
process.on('SIGHUP', () => process.exit(0));
process.stdin.resume().on('end', () => process.exit(0));
process.on('SIGTERM', async () => {
  await postgres.stop();
  process.exit(0);
});
const { url, adopted } = postgres;
process.stdout.write(`${JSON.stringify({ url, adopted, pid: rows[0].pid, uid: process.getuid?.(), log })}\n`);
