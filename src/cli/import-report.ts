/** The report of an import: a file with a line for each line that was left out. It has addresses, so only its owner reads it. */
import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import type { ImportReport } from '../operations/import-accounts.ts';

export interface ReportFile extends ImportReport {
  close(): Promise<void>;
}

/** The file is created with the first line, and continued if it exists. If it is lost, `note` is told, and it begins anew. */
export function createReportFile(path: string, note: (message: string) => void): ReportFile {
  let opened: FileHandle | undefined;
  return {
    async append(offset, lines) {
      let end = offset;
      if (!opened) {
        const { file, isNew } = await openOrCreate(path);
        opened = file;
        if (isNew && offset > 0) {
          note(`${path} does not exist: the report begins anew, without the lines of earlier runs.`);
          end = 0;
        }
      }
      const text = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      if ((await opened.stat()).size < end) {
        throw new AppError('conflict', `${path} is not the report of the lines before: put that one there`);
      }
      await opened.truncate(end);
      await opened.write(text, 0, text.length, end);
      await opened.datasync();
      return end + text.length;
    },
    async close() {
      await opened?.close();
    },
  };
}

async function openOrCreate(path: string): Promise<{ file: FileHandle; isNew: boolean }> {
  const failed = (error: NodeJS.ErrnoException): never => {
    throw new AppError('invalid', `The report cannot be written: ${error.message}`);
  };
  try {
    return { file: await open(path, 'r+'), isNew: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return failed(error as NodeJS.ErrnoException);
    return { file: await open(path, 'wx+', 0o600).catch(failed), isNew: true };
  }
}
