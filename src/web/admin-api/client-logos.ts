/** /admin/v1/clients/{client_id}/logo. */

import { removeLogo, setLogo } from '../../operations/client-logos.ts';
import { readLogo } from '../../operations/logo-image.ts';
import { clientShape } from '../../policy/client/document.ts';
import { logoTypes, maxLogoBytes } from '../../policy/logos.ts';
import { oneClient, shown } from './clients.ts';
import { operation } from './operation.ts';

export const logoOperations = [
  operation({
    id: 'logos.set',
    method: 'PUT',
    path: '/clients/{client_id}/logo',
    summary: 'Upload the logo of a client',
    description:
      'The body is the picture: PNG, JPEG or WebP, at most 1 MB and 4096 pixels wide and high. Only its pixels are stored, as a square WebP at the URL in `logo`.',
    scopes: ['clients:write'],
    params: oneClient,
    upload: { types: logoTypes, maxBytes: maxLogoBytes },
    data: clientShape,
    async run({ db, params, file, actor }) {
      return shown(await setLogo(db, params.client_id, await readLogo(file), actor));
    },
  }),
  operation({
    id: 'logos.remove',
    method: 'DELETE',
    path: '/clients/{client_id}/logo',
    summary: 'Remove the logo of a client',
    needsReason: true,
    scopes: ['clients:write'],
    params: oneClient,
    data: clientShape,
    async run({ db, params, actor }) {
      return shown(await removeLogo(db, params.client_id, actor));
    },
  }),
];
