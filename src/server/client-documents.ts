/** What reads the documents of clients whose id is a URL. A server that meets no such client does not import it. */
import type { Config } from '../config/index.ts';
import type { ClientDocuments } from '../operations/client-documents.ts';
import type { Outbound } from '../outbound/request.ts';
import { boundsOf } from '../policy/admission.ts';
import type { Database } from '../store/database.ts';

export function openClientDocuments(
  { db, config }: { db: Database; config: Config },
  outbound: Outbound,
): () => Promise<ClientDocuments> {
  let opened: Promise<ClientDocuments> | undefined;
  const open = async () => {
    const [{ createClientDocuments }, { documentFetch }, { createDocumentTurns, createDocumentWaits }] =
      await Promise.all([
        import('../operations/client-documents.ts'),
        import('../outbound/document-fetch.ts'),
        import('../outbound/document-turns.ts'),
      ]);
    return createClientDocuments({
      db,
      fetchDocument: documentFetch(outbound),
      thirdPartyPolicy: config.thirdPartyPolicy,
      ...(!config.rateLimits && { limits: 'none' }),
      turns: createDocumentTurns({ off: !config.rateLimits }),
      waits: createDocumentWaits(boundsOf(config.databasePoolSize).beginning),
    });
  };
  return () => {
    opened ??= open();
    return opened;
  };
}
