/** Nodes as processes of their own, behind a balancer that sends each new connection to the next node that is ready. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { processEnv } from '../../support/process-env.ts';
import { testSecret } from '../../support/server.ts';

const here = fileURLToPath(new URL('../../../', import.meta.url));

interface Node {
  readonly origin: string;
  signal(signal: NodeJS.Signals): void;
  /** What it wrote. */
  said(): string;
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>;
}

export interface Balancer {
  readonly origin: string;
  /** Starts a node behind it, and waits until it is ready. */
  add(options: NodeOptions): Promise<Node>;
}

interface NodeOptions {
  readonly databaseUrl: string;
  /** The checkout that it runs; ours unless it says otherwise. */
  readonly root?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How often the balancer asks nodes whether they are ready, and how long it waits for an answer. */
const checkMs = { interval: 500, timeout: 3_000 };

/** It ends with the test, and with it its nodes. */
export async function startBalancer(): Promise<Balancer> {
  const nodes: Behind[] = [];
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createServer((near) => {
    sockets.add(near.on('error', () => {}).on('close', () => sockets.delete(near)));
    const ready = nodes.filter((one) => one.ready);
    const target = ready[turn++ % Math.max(ready.length, 1)];
    if (!target) return near.destroy();
    const far = connect(Number(new URL(target.node.origin).port), '127.0.0.1');
    far.on('error', () => {}).on('close', () => near.destroy());
    near.on('close', () => far.destroy());
    target.open.add(far);
    far.on('close', () => target.open.delete(far));
    near.pipe(far).pipe(near);
    return undefined;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const check = setInterval(() => nodes.forEach(look), checkMs.interval);
  onTestFinished(() => {
    clearInterval(check);
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    async add(options) {
      const node = await startNode(origin, options);
      const one: Behind = { node, ready: true, open: new Set() };
      nodes.push(one);
      void node.ended.then(() => void nodes.splice(nodes.indexOf(one), 1));
      return node;
    },
  };
}

interface Behind {
  readonly node: Node;
  ready: boolean;
  /** Connections to it. They are cut when it does not answer; a node that drains keeps them. */
  readonly open: Set<Socket>;
}

async function look(one: Behind): Promise<void> {
  const state = await stateOf(one.node);
  one.ready = state === 'ready';
  if (state === 'silent') for (const socket of one.open) socket.destroy();
}

function stateOf({ origin }: Pick<Node, 'origin'>): Promise<'ready' | 'not ready' | 'silent'> {
  return fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(checkMs.timeout) }).then(
    ({ ok }) => (ok ? 'ready' : 'not ready'),
    () => 'silent',
  );
}

async function startNode(issuer: string, { databaseUrl, root = here, env = {} }: NodeOptions): Promise<Node> {
  const port = String(await freePort());
  const settings = {
    PORT: port,
    HOST: '127.0.0.1',
    ISSUER: issuer,
    SECRETS: testSecret,
    DATABASE_URL: databaseUrl,
    METRICS_PORT: 'off',
    DRAIN_SECONDS: '1',
    RATE_LIMITS: 'off',
    WEBHOOK_DELIVERY: 'off',
    LOG_LEVEL: 'warn',
  };
  const child = spawn(process.execPath, ['src/main.ts'], { cwd: root, env: { ...processEnv(), ...settings, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const node = nodeOf(child, `http://127.0.0.1:${port}`);
  let over = false;
  void node.ended.then(() => {
    over = true;
  });
  await eventually(async () => {
    if (over) throw new Error(`The node ended: ${node.said()}`);
    return stateOf(node);
  }).toBe('ready');
  return node;
}

function nodeOf(child: ChildProcess, origin: string): Node {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      text += chunk;
    });
  return {
    origin,
    signal: (signal) => void child.kill(signal),
    said: () => text,
    ended: once(child, 'exit').then(([code]) => code as number | null),
  };
}
