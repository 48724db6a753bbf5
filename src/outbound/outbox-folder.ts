/** Where mails are without SMTP_URL, in a file of its own, because pages need it and nothing else of the mails. */
import { join } from 'node:path';

/** The folder of mails that are not sent. */
export const outboxOf = ({ dataDir }: { readonly dataDir: string }): string => join(dataDir, 'outbox');
