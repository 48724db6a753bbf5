import type { secretOnce as english } from '../en/secret-once.ts';

export const secretOnce: typeof english = {
  copyNow: 'Copiez-le maintenant. Seule son empreinte est gardée : personne ne pourra l’afficher à nouveau.',
  copyNowSealed: 'Copiez-le maintenant. Il est gardé scellé, pour signer, et personne ne pourra l’afficher à nouveau.',
  copy: 'Copier',
  copied: 'Copié',
  theSecret: 'le secret',
  theEnv: 'les lignes .env',
};
