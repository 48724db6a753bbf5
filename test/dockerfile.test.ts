/** The rules of the image, checked on the Dockerfile and on broken copies of it. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const dockerfile = read('Dockerfile');
const manifest = JSON.parse(read('package.json'));
const nodeMajor = manifest.dependencies.node.split('.')[0];

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions in order, with continued lines joined and comments removed. */
function instructions(text: string): Instruction[] {
  return text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ name: line.split(' ')[0] ?? '', rest: line.slice(line.indexOf(' ') + 1).trim() }));
}

/** The problems of a Dockerfile, as sentences. */
function lint(text: string): string[] {
  const all = instructions(text);
  const lastStage = all.slice(all.findLastIndex(({ name }) => name === 'FROM'));
  const last = (name: string) => lastStage.findLast((instruction) => instruction.name === name)?.rest;
  const checks: [ok: boolean, problem: string][] = [
    [all.every(({ name, rest }) => name !== 'FROM' || isPinned(rest)), `a base image is not node:${nodeMajor}-slim`],
    [!['root', '0', undefined].includes(last('USER')?.split(':')[0]), 'runs as root'],
    [last('HEALTHCHECK')?.includes('/healthz') === true, 'has no health check on /healthz'],
    [installs(all).every((rest) => /\bnpm ci\b.*--omit=dev\b/.test(rest)), 'installs more than production packages'],
    [installs(all).every((rest) => rest.includes('--ignore-scripts')), 'runs install scripts'],
    [!lastStage.some(({ name, rest }) => name === 'RUN' && rest.includes('npm')), 'installs in the final stage'],
    [
      last('CMD') === JSON.stringify(manifest.scripts.start.replace(/^exec /, '').split(' ')).replaceAll(',', ', '),
      'is no npm start',
    ],
    [last('EXPOSE') === '3000 9464', 'does not expose 3000 and 9464'],
    [!all.some(({ name, rest }) => /ARG|ENV/.test(name) && /SECRET|PASSWORD|DATABASE/.test(rest)), 'bakes in a secret'],
  ];
  const missing = copied(all).filter((path) => !existsSync(new URL(path, root)) || !isSent(path));
  return [
    ...checks.flatMap(([ok, problem]) => (ok ? [] : [problem])),
    ...missing.map((path) => `copies ${path}, which does not exist or is ignored`),
  ];
}

const isPinned = (image: string) =>
  new RegExp(`^node:${nodeMajor}(\\.[\\d.]+)?-slim(@sha256:\\w+)?( AS \\w+)?$`).test(image);

const installs = (all: Instruction[]) =>
  all.filter(({ name, rest }) => name === 'RUN' && /\bnpm\b/.test(rest)).map(({ rest }) => rest);

/** Sources of COPY that come from the repository. */
const copied = (all: Instruction[]) =>
  all
    .filter(({ name, rest }) => /^(COPY|ADD)$/.test(name) && !rest.includes('--from='))
    .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1));

/** .dockerignore excludes everything but what it names with `!`. */
const isSent = (path: string) => read('.dockerignore').split('\n').includes(`!${path}`);

test('the Dockerfile follows the rules', () => {
  expect(lint(dockerfile)).toEqual([]);
});

test('.dockerignore lets through only what is copied', () => {
  const lines = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines[0]).toBe('*');
  expect(
    lines
      .slice(1)
      .map((line) => line.slice(1))
      .toSorted(),
  ).toEqual([...new Set(copied(instructions(dockerfile)))].toSorted());
});

const spoilt: [how: string, from: string | RegExp, to: string, says: string][] = [
  ['latest', /node:26-slim$/m, 'node:latest', 'a base image is not node:26-slim'],
  ['no tag', 'node:26-slim AS', 'node AS', 'a base image is not node:26-slim'],
  ['another Node', 'node:26-slim AS', 'node:24-slim AS', 'a base image is not node:26-slim'],
  ['no user', 'USER node', '', 'runs as root'],
  ['user root', 'USER node', 'USER root', 'runs as root'],
  ['root again at the end', /$/, 'USER 0:0\n', 'runs as root'],
  ['user in the wrong stage', /(FROM node:26-slim AS.*)([\s\S]*)USER node\n/, '$1\nUSER node$2', 'runs as root'],
  ['no health check', /HEALTHCHECK[\s\S]*?\n(?=#)/, '', 'has no health check on /healthz'],
  ['readiness, which a restart can’t mend', '/healthz', '/readyz', 'has no health check on /healthz'],
  ['development packages', '--omit=dev', '', 'installs more than production packages'],
  ['npm install', 'npm ci', 'npm install', 'installs more than production packages'],
  ['install scripts', '--ignore-scripts', '', 'runs install scripts'],
  [
    'npm in the final stage',
    'USER node',
    'RUN npm ci --omit=dev --ignore-scripts\nUSER node',
    'installs in the final stage',
  ],
  ['another command', 'src/main.ts', 'dist/main.js', 'is no npm start'],
  ['other ports', 'EXPOSE 3000 9464', 'EXPOSE 3000', 'does not expose 3000 and 9464'],
  ['a secret', 'ENV NODE_ENV', 'ENV SECRETS=abc NODE_ENV', 'bakes in a secret'],
  ['a missing file', 'COPY views', 'COPY pages', 'copies pages, which does not exist or is ignored'],
  ['an ignored file', 'COPY views', 'COPY test', 'copies test, which does not exist or is ignored'],
];

test.each(spoilt)('a Dockerfile broken by %s is refused', (_how, from, to, says) => {
  expect(lint(dockerfile.replace(from, to))).toEqual([says]);
});
