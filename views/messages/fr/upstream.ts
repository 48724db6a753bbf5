import { html } from 'hono/html';
import type { upstream as english } from '../en/upstream.ts';

export const upstream: typeof english = {
  or: 'ou',
  continueWith: (title) => html`Continuer avec ${title}`,
  ways: {
    heading: 'Autres moyens d’accès',
    lead: 'Des comptes ailleurs avec lesquels vous vous connectez ici.',
    notConnected: 'Pas associé',
    never: (since) => html`Associé depuis le ${since} · jamais utilisé`,
    used: (since, ago) => html`Associé depuis le ${since} · dernière utilisation : ${ago}`,
    connect: (title) => html`Associer<span class="vh"> ${title}</span>`,
    disconnect: (title) => html`Dissocier<span class="vh"> ${title}</span>`,
  },
  notices: {
    connected: { what: 'Le compte est associé.', todo: 'Désormais, il permet aussi de vous connecter ici.' },
    disconnected: { what: 'Le compte est dissocié.', todo: 'Il ne permet plus de vous connecter ici.' },
    needed: {
      what: 'Le compte n’a pas été dissocié.',
      todo: 'C’est votre seul moyen d’accès. Ajoutez-en d’abord un autre : une clé d’accès, un mot de passe ou un autre compte associé.',
    },
  },
  toSecurity: 'Retour à Sécurité',
  toSignIn: 'Retour à la page de connexion',
  signInHere: 'Se connecter ici',
  tryAgain: (title) => `Réessayer avec ${title}`,
  connectAgain:
    'Réessayez sous Sécurité. Si cela se reproduit, donnez à l’exploitant de ce serveur l’identifiant de requête ci-dessous.',
  problems: {
    down: (title) => ({
      title: `${title} est injoignable pour le moment`,
      lead: 'Aucune réponse, ou une réponse indiquant une panne. Rien n’a changé.',
      advice: ['Réessayez dans une minute ou connectez-vous autrement.'],
    }),
    refused: (title) => ({
      title: `${title} a envoyé une réponse que nous ne pouvons pas accepter`,
      lead: 'Elle ne prouve pas qui vous êtes. Rien n’a changé.',
      advice: [
        'Recommencez depuis la page de connexion, dans un seul onglet.',
        'Si cela se reproduit, connectez-vous autrement et donnez à l’exploitant de ce serveur l’identifiant de requête ci-dessous.',
      ],
    }),
    denied: (title) => ({
      title: `${title} ne vous a pas connecté`,
      lead: 'Vous avez refusé, ou le fournisseur l’a fait. Rien n’a changé.',
      advice: ['Si c’était une erreur, recommencez. Sinon, connectez-vous autrement.'],
    }),
    'not-asked': (title) => ({
      title: `${title} ne vous a pas demandé qui vous êtes`,
      lead: 'Ce que vous voulez faire demande une nouvelle connexion, et une ancienne a été utilisée. Rien n’a changé.',
      advice: [`Déconnectez-vous de ${title}, puis recommencez. Ou connectez-vous autrement.`],
    }),
    unknown: (title) => ({
      title: `${title} n’ouvre aucun compte ici`,
      lead: `Vous vous êtes connecté à ${title}, mais il n’est associé à aucun compte que vous pouvez utiliser ici.`,
      advice: [
        'Si vous avez un compte, connectez-vous comme d’habitude. Ouvrez ensuite Sécurité et associez-le sous « Autres moyens d’accès ».',
      ],
    }),
    'unknown-at-home': (title) => ({
      title: `${title} n’ouvre aucun compte ici`,
      lead: `Vous vous êtes connecté à ${title}, mais il n’y a aucun compte que vous pouvez utiliser ici.`,
      advice: [
        `Vérifiez que votre adresse e-mail est confirmée chez ${title}.`,
        'Si elle l’est, demandez de l’aide à l’exploitant de ce serveur.',
      ],
    }),
    over: (title) => ({
      title: 'Cette connexion est terminée',
      lead: `Cette réponse de ${title} a déjà été utilisée, est arrivée trop tard ou vient d’un autre navigateur. Rien n’a changé.`,
      advice: ['Recommencez depuis la page de connexion et restez dans un seul navigateur jusqu’à la fin.'],
    }),
    taken: (title) => ({
      title: `Ce compte ${title} est associé ailleurs`,
      lead: 'Il permet de se connecter à un autre compte ici, et ne peut le faire que pour un seul. Rien n’a changé.',
      advice: [`Connectez-vous avec ${title} pour voir lequel. Dissociez-le d’abord là-bas, sous Sécurité.`],
    }),
    'has-another': (title) => ({
      title: `Vous avez déjà associé un autre compte ${title}`,
      lead: 'Un seul peut être associé à la fois. Rien n’a changé.',
      advice: ['Dissociez d’abord l’autre, sous Sécurité.'],
    }),
  },
};
