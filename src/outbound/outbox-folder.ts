import { join } from 'node:path';

/** The folder of mails that are not sent. */
export const outboxOf = ({ dataDir }: { readonly dataDir: string }): string => join(dataDir, 'outbox');
