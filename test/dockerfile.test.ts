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
    [
      all
        .filter(({ name }) => name === 'FROM')
        .every(({ rest }, index, { length }) => isBase(rest, index === length - 1)),
      `a base image is not node:${nodeMajor}-bookworm-slim, or the last one has a shell`,
    ],
    [
      lastStage.every(({ name, rest }) => name !== 'RUN' && !/^(\/bin\/)?(sh|bash)\b/.test(rest)),
      'needs a shell in the final stage',
    ],
    [exec(last('HEALTHCHECK')?.replace(/^.*?CMD /, '')) && exec(last('CMD')), 'starts a shell'],
    [/^\d+:\d+$/.test(last('USER') ?? ''), 'names its user by a word'],
    [
      ['source', 'licenses', 'version', 'revision'].every((label) =>
        last('LABEL')?.includes(`org.opencontainers.image.${label}=`),
      ),
      'lacks a label that says where it comes from',
    ],
    [argument(lastStage, 'VERSION') === manifest.version, 'has another version than package.json'],
    [!['root', '0', undefined].includes(last('USER')?.split(':')[0]), 'runs as root'],
    [last('HEALTHCHECK')?.includes('/healthz') === true, 'has no health check on /healthz'],
    [installs(all).every((rest) => /\bnpm ci\b.*--omit=dev\b/.test(rest)), 'installs more than production packages'],
    [installs(all).every((rest) => rest.includes('--ignore-scripts')), 'runs install scripts'],
    [
      last('CMD') === JSON.stringify(manifest.scripts.start.replace(/^exec /, '').split(' ')).replaceAll(',', ', '),
      'is no npm start',
    ],
    [
      lastStage.some(({ name, rest }) => name === 'COPY' && isForUser(rest, variable(lastStage, 'DATA_DIR'))),
      'has no folder for DATA_DIR that its user may write',
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

/** The last image has the libraries of the same Debian, and no shell. */
const isBase = (image: string, isLast: boolean) =>
  isLast
    ? /^gcr\.io\/distroless\/cc-debian12:nonroot(@sha256:\w+)?$/.test(image)
    : new RegExp(`^node:${nodeMajor}(\\.[\\d.]+)?-bookworm-slim(@sha256:\\w+)? AS \\w+$`).test(image);

/** A command in the form that needs no shell. */
const exec = (command: string | undefined) => command?.startsWith('["') === true;

const argument = (stage: Instruction[], name: string) =>
  stage.find((one) => one.name === 'ARG' && one.rest.startsWith(`${name}=`))?.rest.slice(name.length + 1);

const variable = (stage: Instruction[], name: string) =>
  new RegExp(`\\b${name}=(\\S+)`).exec(stage.find((one) => one.name === 'ENV')?.rest ?? '')?.[1];

/** Whether COPY makes the folder, for somebody else than root. */
const isForUser = (copy: string, folder: string | undefined) =>
  folder !== undefined && /--chown=[1-9]\d*:[1-9]\d* /.test(copy) && copy.endsWith(` ${folder}`);

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

const wrongBase = 'a base image is not node:26-bookworm-slim, or the last one has a shell';
const spoilt: [how: string, from: string | RegExp, to: string, ...says: string[]][] = [
  ['latest', 'node:26-bookworm-slim AS', 'node:latest AS', wrongBase],
  ['no tag', 'node:26-bookworm-slim AS', 'node AS', wrongBase],
  ['another Node', 'node:26-bookworm-slim AS', 'node:24-bookworm-slim AS', wrongBase],
  ['libraries of another Debian', 'cc-debian12', 'cc-debian13', wrongBase],
  ['a shell at the end', 'gcr.io/distroless/cc-debian12:nonroot', 'node:26-bookworm-slim', wrongBase],
  ['the image for debugging', 'cc-debian12:nonroot', 'cc-debian12:debug-nonroot', wrongBase],
  ['no user', 'USER 65532:65532', '', 'runs as root', 'names its user by a word'],
  ['user root', 'USER 65532:65532', 'USER root', 'runs as root', 'names its user by a word'],
  ['a user that Kubernetes cannot judge', 'USER 65532:65532', 'USER nonroot', 'names its user by a word'],
  ['root again at the end', /$/, 'USER 0:0\n', 'runs as root'],
  ['no health check', /HEALTHCHECK[\s\S]*?\n(?=#)/, '', 'starts a shell', 'has no health check on /healthz'],
  [
    'a health check by a shell',
    'CMD ["node", "-e", "fetch',
    'CMD curl /healthz # ["node", "-e", "fetch',
    'starts a shell',
  ],
  ['readiness, which a restart can’t mend', '/healthz', '/readyz', 'has no health check on /healthz'],
  ['development packages', '--omit=dev', '', 'installs more than production packages'],
  ['npm install', 'npm ci', 'npm install', 'installs more than production packages'],
  ['install scripts', '--ignore-scripts', '', 'runs install scripts'],
  [
    'npm in the final stage',
    'USER 65532',
    'RUN npm ci --omit=dev --ignore-scripts\nUSER 65532',
    'needs a shell in the final stage',
  ],
  ['another command', 'src/main.ts', 'dist/main.js', 'is no npm start'],
  ['other ports', 'EXPOSE 3000 9464', 'EXPOSE 3000', 'does not expose 3000 and 9464'],
  ['a secret', 'ENV NODE_ENV', 'ENV SECRETS=abc NODE_ENV', 'bakes in a secret'],
  [
    'a folder of root for mails',
    '--chown=65532:65532 /data',
    '/data',
    'has no folder for DATA_DIR that its user may write',
  ],
  ['no folder for mails', ' DATA_DIR=/data', '', 'has no folder for DATA_DIR that its user may write'],
  ['no licence', 'image.licenses', 'image.license', 'lacks a label that says where it comes from'],
  ['an old version', 'ARG VERSION=', 'ARG VERSION=0.0.', 'has another version than package.json'],
  ['a missing file', 'COPY views', 'COPY pages', 'copies pages, which does not exist or is ignored'],
  ['an ignored file', 'COPY views', 'COPY test', 'copies test, which does not exist or is ignored'],
];

test.each(spoilt)('a Dockerfile broken by %s is refused', (_how, from, to, ...says) => {
  expect(lint(dockerfile.replace(from, to)).toSorted()).toEqual(says.toSorted());
});
