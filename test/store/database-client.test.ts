/** A connection that the database ends while it opens: the caller gets the error, and the process goes on. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { newClient } from '../../src/store/connection.ts';
import { createTestDatabase } from '../support/database.ts';

/** PostgreSQL's last message to a connection that an administrator ends (SQLSTATE 57P01). */
const fields = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0';
const fatal = Buffer.concat([Buffer.from('E'), Buffer.alloc(4), Buffer.from(fields)]);
fatal.writeUInt32BE(fatal.length - 1, 1);
const readyForQuery = Buffer.from('Z\0\0\0\x05I');

/** Returns an address of the database at which the n-th “ready for query” and the end come in one piece. */
async function endingAfter(databaseUrl: string, n: number): Promise<string> {
  const target = new URL(databaseUrl);
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    let ready = 0;
    far.on('data', (chunk: Buffer) => {
      if (chunk.subarray(-readyForQuery.length).equals(readyForQuery)) ready += 1;
      if (ready < n) near.write(chunk);
      else near.end(Buffer.concat([chunk, fatal]), () => far.destroy());
    });
    near.on('data', (chunk) => far.write(chunk)).on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = new URL(databaseUrl);
  [url.hostname, url.port] = ['127.0.0.1', String((server.address() as AddressInfo).port)];
  return url.href;
}

test.each([
  ['has accepted it', 1],
  ['has set it up', 2],
])('a connection fails to open if the database ends it in the moment when it %s', async (_, n) => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const client = newClient(await endingAfter(url, n));
  await expect(client.connect()).rejects.toMatchObject({ code: '57P01' });
});
