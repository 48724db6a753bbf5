/** Reaches the database at start: waits for one that is still coming up, and names the problem where waiting won't help. */
import { AppError } from '../errors.ts';
import { type Database, type DatabaseOptions, openDatabase } from './database.ts';
import { isUnavailable } from './unavailable.ts';

const oldestVersion = 14;
const patienceMs = 30_000;
const pauseMs = { first: 250, longest: 3_000 };

const versionStatement = {
  name: 'server-version',
  text: "SELECT current_setting('server_version_num')::int AS version",
};

/**
 * An open database that has answered. Retries for 30 s while it can't be reached; a refused login, a missing database
 * or a server that is too old fail at once. Messages name host, port, user and database, never the password.
 */
export async function connectDatabase(
  options: DatabaseOptions & { onLog?: (message: string) => void },
): Promise<Database> {
  const { onLog = () => {} } = options;
  const target = describe(options.url);
  const db = openDatabase(options);
  const deadline = Date.now() + patienceMs;
  try {
    for (let pause = pauseMs.first; ; pause = Math.min(pause * 2, pauseMs.longest)) {
      try {
        const [row] = await db.run<{ version: number }>(versionStatement, []);
        checkVersion(row?.version ?? 0);
        return db;
      } catch (error) {
        if (!isUnavailable(error) || Date.now() + pause > deadline) throw explain(error, target);
        onLog(`The database at ${target.address} does not answer yet; trying again`);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  } catch (error) {
    await db.close();
    throw error;
  }
}

function checkVersion(version: number): void {
  const major = Math.floor(version / 10_000);
  if (major < oldestVersion) {
    throw new AppError('unavailable', `PostgreSQL ${major} is too old: this server needs ${oldestVersion} or newer.`);
  }
}

interface Target {
  readonly address: string;
  readonly user: string;
  readonly database: string;
}

function describe(url: string): Target {
  const parsed = URL.parse(url);
  return {
    address: parsed ? `${parsed.hostname || 'localhost'}:${parsed.port || 5432}` : 'DATABASE_URL',
    user: decodeURIComponent(parsed?.username ?? ''),
    database: parsed?.pathname.slice(1) ?? '',
  };
}

function explain(error: unknown, { address, user, database }: Target): unknown {
  if (error instanceof AppError) return error;
  const { code, message } = error as { code?: string; message: string };
  if (code === '28P01' || code === '28000') {
    return new AppError(
      'unavailable',
      `PostgreSQL at ${address} refused the login of "${user}". Check user and password in DATABASE_URL.`,
    );
  }
  if (code === '3D000') {
    return new AppError(
      'unavailable',
      `PostgreSQL at ${address} has no database "${database}". Create it, or correct DATABASE_URL.`,
    );
  }
  if (isUnavailable(error)) {
    return new AppError(
      'unavailable',
      `PostgreSQL at ${address} can't be reached (${code ?? message}). Is it running, and is DATABASE_URL right?`,
    );
  }
  return error;
}
