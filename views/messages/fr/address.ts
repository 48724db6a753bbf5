import type { address as english } from '../en/address.ts';

export const address: typeof english = {
  heading: 'Adresse e-mail',
  lead: 'Elle vous sert à vous connecter et à retrouver l’accès.',
  confirmed: 'Confirmée',
  notConfirmed: 'Non confirmée',
  notConfirmedHint: 'Confirmez-la, pour que les applications puissent s’y fier.',
  confirm: 'Recevoir un lien',
  next: 'Nouvelle adresse',
  nextHint: 'Nous y envoyons un lien. Tant que vous ne l’ouvrez pas, rien ne change.',
  change: 'Changer d’adresse',
  problems: {
    shape: 'n’a pas la forme nom@example.com',
    same: 'est celle que vous avez déjà',
  },
};
