/**
 * Other languages that this machine may have, each with its OAuth library. Nothing is downloaded: a test that finds none is
 * skipped, and says what is missing.
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

export interface Language {
  /** The library, with its version if it is there, such as "Authlib 1.2". */
  readonly library: string;
  /** What to install; undefined if it is there. */
  readonly lacks?: string;
  /** Returns the command that runs a program. A page in PHP is served at `port`. */
  readonly commandOf: (code: string, port: number) => Promise<Command>;
}

const run = promisify(execFile);

/** What a program prints; undefined if it fails or does not exist. */
function printedBy(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string | undefined {
  const { status, stdout } = spawnSync(program, args, { env: { ...process.env, ...env }, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** "1.2" of "1.2.0-1+deb12u2". */
const shortVersion = (version: string): string => /\d+\.\d+/.exec(version)?.[0] ?? version;

function folderWith(file: string, code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'vcauth-language-'));
  writeFileSync(join(folder, file), code);
  return folder;
}

const absent = (library: string, lacks: string): Language => ({
  library,
  lacks,
  commandOf: () => Promise.reject(new Error(`${library} is not here: ${lacks}`)),
});

export const javaScript: Language = {
  library: 'openid-client',
  commandOf: async (code) => ({ program: process.execPath, args: ['--input-type=module', '-e', code] }),
};

/** `module` has `__version__`. */
export function pythonWith(library: string, module: string, packages: string): Language {
  for (const program of ['/usr/bin/python3', 'python3']) {
    const version = printedBy(program, ['-c', `import requests, ${module}\nprint(${module}.__version__)`]);
    if (version === undefined) continue;
    return {
      library: `${library} ${shortVersion(version)}`,
      commandOf: async (code) => ({ program, args: ['-c', code] }),
    };
  }
  return absent(library, `no python3 with ${packages}`);
}

export function ruby(): Language {
  const version = printedBy('ruby', ['-e', 'require "oauth2"; require "oauth2/version"; puts OAuth2::Version.to_s']);
  if (version === undefined) return absent('oauth2', 'no ruby with the gem oauth2');
  return {
    library: `oauth2 ${shortVersion(version)}`,
    commandOf: async (code) => ({ program: 'ruby', args: ['-e', code] }),
  };
}

/** The library is where `composer global require league/oauth2-client` puts it. PKCE is in 2.7 and later. */
export function php(): Language {
  const own = printedBy('php', ['-r', 'echo get_include_path();']);
  const folders = [process.env.COMPOSER_HOME, join(homedir(), '.config/composer'), join(homedir(), '.composer')];
  const options = ['-d', `include_path=${[own, ...folders].filter(Boolean).join(':')}`];
  const probe = `(@include 'vendor/autoload.php') || exit(1);
    defined('League\\OAuth2\\Client\\Provider\\GenericProvider::PKCE_METHOD_S256') || exit(1);
    echo class_exists('Composer\\InstalledVersions')
      ? Composer\\InstalledVersions::getPrettyVersion('league/oauth2-client') : '2';`;
  const version = printedBy('php', [...options, '-r', probe]);
  if (version === undefined)
    return absent('league/oauth2-client', 'no php with league/oauth2-client in the global composer');
  return {
    library: `league/oauth2-client ${shortVersion(version)}`,
    async commandOf(code, port) {
      const page = join(folderWith('quick-start.php', code), 'quick-start.php');
      return { program: 'php', args: [...options, '-S', `127.0.0.1:${port}`, page] };
    },
  };
}

/** `uses` is a name of the library that the program needs: what Debian has may be older. */
export function go(uses: string): Language {
  const found = goModule() ?? goPath();
  if (!found || !readableSource(found.folder).includes(uses)) {
    return absent('x/oauth2', `no go with an x/oauth2 that has ${uses}`);
  }
  return {
    library: `x/oauth2 ${shortVersion(found.version)}`,
    async commandOf(code) {
      const folder = folderWith('main.go', code);
      if (found.module) writeFileSync(join(folder, 'go.mod'), found.module);
      const program = join(folder, 'program');
      await run('go', ['build', '-o', program, 'main.go'], { cwd: folder, env: { ...process.env, ...found.env } });
      return { program, args: [] };
    },
  };
}

interface GoLibrary {
  readonly folder: string;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  readonly module?: string;
}

const readableSource = (folder: string): string =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.go'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');

/** The newest version in the module cache, for instance after `go get golang.org/x/oauth2`. */
function goModule(): GoLibrary | undefined {
  const parent = join(printedBy('go', ['env', 'GOMODCACHE']) ?? '', 'golang.org/x');
  if (!existsSync(parent)) return undefined;
  const versions = readdirSync(parent).filter((name) => name.startsWith('oauth2@'));
  const [newest] = versions.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  if (!newest) return undefined;
  const version = newest.slice('oauth2@'.length);
  return {
    folder: join(parent, newest),
    version,
    module: `module quickstart\n\ngo 1.19\n\nrequire golang.org/x/oauth2 ${version}\n`,
    env: { GOFLAGS: '-mod=mod', GOPROXY: 'off', GONOSUMDB: '*' },
  };
}

/** Where Debian's golang-golang-x-oauth2-dev puts it. */
function goPath(): GoLibrary | undefined {
  const roots = '/usr/share/gocode';
  const folder = join(roots, 'src/golang.org/x/oauth2');
  if (printedBy('go', ['version']) === undefined || !existsSync(folder)) return undefined;
  const status = printedBy('dpkg-query', ['-s', 'golang-golang-x-oauth2-dev']) ?? '';
  const [, version = '0'] = /^Version: (.*)$/m.exec(status) ?? [];
  return { folder, version, env: { GO111MODULE: 'off', GOPATH: roots } };
}
