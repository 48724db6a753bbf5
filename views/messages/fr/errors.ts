import type { errors as english } from '../en/errors.ts';

export const errors: typeof english = {
  whatYouCanDo: 'Ce que vous pouvez faire',
  forDeveloper: 'Pour le développeur : ce qui n’allait pas, et l’identifiant de requête',
  forSupport: 'Pour l’assistance : l’identifiant de requête',
  requestId: 'Identifiant de requête',
  time: 'Heure',
  aboutServer: 'À propos de ce serveur',
  asItIsNow: 'Voir où en sont les choses',
  developer: {
    error: 'Erreur',
    wrong: 'Ce qui n’allait pas',
    received: 'Nous avons reçu',
    fix: 'Comment corriger',
  },
  cookiesOff: {
    title: 'Votre navigateur n’a envoyé aucun cookie',
    lead: 'Il en faut un pour se connecter : il sépare ce que vous faites ici de ce que font les autres. Rien n’a été modifié.',
    advice: [
      'Autorisez les cookies pour cette adresse dans les réglages de votre navigateur. Une fenêtre privée ou une extension qui bloque du contenu peut aussi les refuser.',
      'Revenez ensuite là d’où vous venez et recommencez. Si vous avez ouvert un lien d’un autre navigateur, recommencez dans celui-ci.',
    ],
  },
  appRemoved: {
    title: 'Cette application ne peut pas être utilisée pour l’instant',
    lead: 'Elle a été suspendue ou retirée après sa demande. Son accès a pris fin.',
    advice: ['Il n’y a plus rien à répondre. Si vous avez besoin de l’application, adressez-vous à son éditeur.'],
  },
  appChanged: {
    title: 'Cette application a changé',
    lead: 'Ce qu’elle dit d’elle-même, ou ce qu’elle peut demander, a été modifié après sa demande. Rien n’a été transmis.',
    advice: ['Retournez à l’application et recommencez. Elle peut demander ce qui lui est permis à présent.'],
  },
  interactionOver: {
    title: 'Cette page a expiré',
    lead: 'Elle a déjà reçu une réponse, est restée ouverte trop longtemps ou appartient à un autre navigateur, ou vous vous êtes déconnecté entre-temps. La rouvrir n’a rien modifié.',
    advice: [
      'Retournez à l’application et recommencez. Elle vous enverra ici avec une nouvelle demande.',
      'Si vous avez autorisé l’application, cela reste valable : vos applications connectées montrent ce qu’elle peut faire.',
    ],
  },
  overload: {
    title: 'Nous ne pouvons pas répondre pour l’instant',
    lead: 'VibeCaaS est trop sollicité en ce moment. Rien de ce que vous avez envoyé n’a été exécuté.',
    advice: ['Attendez quelques secondes, puis réessayez.'],
  },
  tooManyTries: (wait) => ({
    title: 'Trop de tentatives',
    lead: 'Pour protéger les comptes, il faut attendre un peu.',
    advice: [`Attendez ${wait ?? 'quelques minutes'}, puis réessayez.`],
  }),
  failed: {
    title: 'Quelque chose a échoué ici',
    lead: 'C’est notre faute, pas la vôtre.',
    advice: [
      'Réessayez dans un instant. Si vous avez envoyé un formulaire, vérifiez d’abord s’il a eu un effet.',
      'Si cela se reproduit, donnez à l’exploitant de ce serveur l’identifiant de requête ci-dessous.',
    ],
  },
  byStatus: {
    400: {
      title: 'Cette requête est illisible',
      lead: 'Rien n’a été modifié dans votre compte.',
      advice: ['Revenez en arrière, rechargez la page et envoyez-la encore une fois.'],
    },
    401: {
      title: 'Vous n’êtes pas connecté',
      lead: 'Cette page est réservée aux personnes connectées. Rien n’a été modifié.',
      advice: ['Connectez-vous, puis réessayez.'],
    },
    403: {
      title: 'Ce formulaire n’a pas été accepté',
      lead: 'Il ne venait pas de sa propre page, ou cette page est restée ouverte trop longtemps. Rien n’a été modifié.',
      advice: ['Rouvrez la page et envoyez le formulaire à partir de là.'],
    },
    404: {
      title: 'Il n’y a rien ici',
      lead: 'L’adresse est peut-être mal saisie, ou ce qui se trouvait ici n’existe plus.',
      advice: ['Vérifiez l’adresse. Si une application vous a envoyé ici, prévenez son développeur.'],
    },
    405: {
      title: 'Cette adresse n’accepte pas une telle requête',
      lead: 'Elle appartient à un formulaire ou à un programme. Rien n’a été modifié.',
      advice: ['Retournez à la page d’où vous venez et continuez à partir de là.'],
    },
    409: {
      title: 'Quelqu’un d’autre a été plus rapide',
      lead: 'Ce que vous vouliez modifier a changé entre-temps. Rien de votre part n’a été enregistré.',
      advice: ['Rechargez la page et regardez où en sont les choses.'],
    },
    410: {
      title: 'Cette page a expiré',
      lead: 'Elle a déjà servi ou est restée ouverte trop longtemps. La rouvrir n’a rien modifié.',
      advice: ['Revenez là d’où vous venez et recommencez.'],
    },
    413: {
      title: 'Ce formulaire est trop volumineux',
      lead: 'Il dépasse la taille de tous nos formulaires. Rien n’a été enregistré ni modifié.',
      advice: ['Revenez en arrière, raccourcissez-le et envoyez-le encore une fois.'],
    },
    503: {
      title: 'Nous ne pouvons pas répondre pour l’instant',
      lead: 'Un service dont nous dépendons est en panne ou surchargé.',
      advice: ['Réessayez dans un instant. Si vous avez envoyé un formulaire, vérifiez d’abord s’il a eu un effet.'],
    },
  },
  request: {
    failed: {
      title: 'Quelque chose a échoué ici',
      lead: 'C’est notre faute, pas la vôtre ni celle de l’application.',
      advice: [
        'Réessayez dans un instant. Si cela se reproduit, donnez à l’exploitant de ce serveur l’identifiant de requête ci-dessous.',
      ],
    },
    title: (app) => `${app ?? 'L’application'} a envoyé une demande que nous ne pouvons pas accepter`,
    tab: 'Cette demande ne peut pas aboutir',
    nothingShared: 'Rien n’a été transmis, et rien n’a été modifié dans votre compte.',
    nobodySignedOut: 'Personne n’a été déconnecté : si vous étiez connecté ici, vous l’êtes toujours.',
    tryOnceMore: (app) =>
      `Retournez à ${app ?? 'l’application'} et essayez encore une fois. Si cette page revient, l’erreur est dans l’application : envoyez à son développeur l’identifiant de requête ci-dessous.`,
    signOutWithout:
      'Vous pouvez vous déconnecter sans l’application. Si cette page revient, l’erreur est dans l’application : envoyez à son développeur l’identifiant de requête ci-dessous.',
    signOut: 'Se déconnecter de VibeCaaS',
    asksInVain: (app) => `${app ?? 'L’application'} a demandé quelque chose qu’elle ne peut pas obtenir`,
    goOnOnly: (host) =>
      `Personne chez VibeCaaS n’a vérifié cette application. Ne continuez que si vous connaissez ${host} et voulez y aller.`,
    goOnTo: (host) => `Continuer vers ${host}`,
    backTo: (host) => `Retour à ${host}`,
  },
  otherName: {
    title: 'Ce serveur porte un autre nom',
    lead: (issuer) => `Il ne répond que sous ${issuer}, pour que personne ne puisse se faire passer pour lui.`,
    goTo: (host) => `Aller à ${host}`,
  },
};
