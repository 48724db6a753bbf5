import { html } from 'hono/html';
import type { adminApiKeys as english } from '../en/admin-api-keys.ts';

export const adminApiKeys: typeof english = {
  title: 'Clés d’API',
  lead: 'Les clés des programmes personnels. Ici, on les trouve, on les limite à des réseaux et on les révoque ; seul leur titulaire en crée.',
  search: 'Titulaire, clé ou ses quatre derniers caractères',
  searchHint:
    'Une adresse e-mail, un identifiant de compte ou de clé, 9u2T, ou une clé entière que quelqu’un a trouvée. Elle n’est mise dans aucune adresse.',
  find: 'Chercher',
  nothing: 'Aucune clé trouvée',
  nothingWhy: (sought) => html`Rien ne correspond à ${sought}. Les clés terminées sont gardées 90 jours.`,
  again: 'Chercher à nouveau',
  caption: 'Clés',
  key: 'Clé',
  keyLead: 'À qui elle appartient et ce qu’elle peut faire. Personne ne voit la clé elle-même.',
  networksLead: 'Les réseaux depuis lesquels elle fonctionne. Son titulaire reçoit un e-mail s’ils changent.',
  networksReason: 'Obligatoire si la clé fonctionne ensuite depuis plus de réseaux que maintenant. D’autres le liront.',
  id: 'Identifiant',
  owner: 'Titulaire',
  may: 'Peut',
  lastUse: 'Dernière utilisation',
  never: 'jamais',
  state: 'Fin',
  show: 'Afficher ses clés',
  revoke: (key) => html`Révoquer ${key} ?`,
  revokeText: (key) => `Révoquer ${key} ?`,
  whose: (key, owner) => html`${key} appartient à ${owner}.`,
  effect: 'Tout programme qui l’utilise est refusé en une seconde, partout. Cette action est définitive.',
  told: 'Son titulaire reçoit un e-mail.',
};
