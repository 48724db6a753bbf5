import type { afterReset as english } from '../en/after-reset.ts';

export const afterReset: typeof english = {
  what: 'Votre mot de passe est changé.',
  todo: 'Vos clés d’accès et vos comptes associés ouvrent toujours ce compte. Vérifiez-les ci-dessous et supprimez ce qui n’est pas à vous.',
  goOn: 'Continuer vers l’application d’où vous venez',
};
