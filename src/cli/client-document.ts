/** vcauth clients read-document: the document of an app whose id is a URL. */
import { readDocumentAgain } from '../operations/read-document-again.ts';
import { boundsOf } from '../policy/admission.ts';
import { printClient } from './client-print.ts';
import { command } from './command.ts';

export const readDocumentCommand = command({
  summary: 'Read the document of an app whose id is a URL, although it is fresh',
  argument: { name: 'client_id' },
  options: {},
  examples: ['clients read-document https://agent.example/client.json'],
  async run({ argument: id, out, here }) {
    const db = await here.database();
    const documents = async () => {
      const [
        { createClientDocuments },
        { documentFetch },
        { createDocumentTurns, createDocumentWaits },
        { createOutbound },
      ] = await Promise.all([
        import('../operations/client-documents.ts'),
        import('../outbound/document-fetch.ts'),
        import('../outbound/document-turns.ts'),
        import('../outbound/request.ts'),
      ]);
      const limits = { turns: createDocumentTurns({ off: true }), waits: createDocumentWaits(boundsOf(1).beginning) };
      const { thirdPartyPolicy } = here.config();
      return createClientDocuments({ db, fetchDocument: documentFetch(createOutbound()), thirdPartyPolicy, ...limits });
    };
    printClient(out, await readDocumentAgain(db, documents, id, here.actor()));
  },
});
