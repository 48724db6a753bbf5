/** /admin/v1/clients/{client_id}/read-document: the document of a client whose id is a URL. */
import { readDocumentAgain } from '../../operations/read-document-again.ts';
import { clientShape } from '../../policy/client/document.ts';
import { getClient } from '../../store/clients.ts';
import { oneClient, shown } from './clients.ts';
import { operation } from './operation.ts';

export const documentOperations = [
  operation({
    id: 'clients.read_document',
    method: 'POST',
    path: '/clients/{client_id}/read-document',
    summary: 'Read the document of a client now, although it is fresh',
    description:
      'For a client with `registration_type` `metadata_document`. The answer is the client as it is then. If the document can’t be used, `metadata_document.error` says why.',
    scopes: ['clients:write'],
    params: oneClient,
    data: clientShape,
    versioned: true,
    // Nothing is locked while another host is asked.
    async prepare({ params, actor, deps }) {
      await readDocumentAgain(deps.db, deps.documents, params.client_id, actor);
    },
    run: async ({ db, params }) => shown(await getClient(db, params.client_id)),
  }),
];
