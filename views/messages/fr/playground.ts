import { html } from 'hono/html';
import type { playground as english } from '../en/playground.ts';

export const playground: typeof english = {
  page: {
    area: 'terrain d’essai',
    title: 'Terrain d’essai · VibeCaaS',
    about: 'À propos de ce serveur',
    heading: 'D’une question à un jeton, puis plus rien',
    lead: 'Demo Notes demande un accès, l’utilise et le perd. Chaque étape est une vraie requête à ce serveur.',
    restart: 'Recommencer',
    decoded: 'Jeton d’accès, décodé',
    folded: 'Requête et réponse',
    sentAt: (at) => html`Tel qu’envoyé à ${at}.`,
    request: 'Requête',
    response: 'Réponse',
    expired: 'expiré',
    minutesLeft: (minutes, seconds) => `encore ${minutes} min ${seconds} s`,
    secondsLeft: (seconds) => `encore ${seconds} s`,
  },
  key: {
    heading: 'Ou avec une clé à vous',
    lead: 'Pour vos propres scripts, il n’y a pas de parcours : créez une clé et appelez la même API avec elle.',
    make: 'Créer une clé',
  },
  notices: {
    gone: {
      what: 'Ce parcours est terminé.',
      todo: 'Vous avez recommencé, ou une heure s’est écoulée. Demandez un accès pour en commencer un autre.',
    },
    foreign: {
      what: 'Cette réponse n’appartient pas à ce parcours.',
      todo: 'Vous avez redemandé entre-temps, peut-être dans un autre onglet. Une application n’accepte que la réponse qu’elle attend : redemandez.',
    },
    taken: {
      what: 'Cette étape est derrière vous.',
      todo: 'Vous l’avez déjà franchie, peut-être dans un autre onglet. Continuez d’ici.',
    },
  },
  go: {
    ask: 'Demander un accès',
    exchange: 'Suivant : échanger le code',
    call: 'Suivant : appeler l’API',
    refresh: 'Suivant : actualiser',
    revoke: 'Suivant : révoquer',
    refused: 'Suivant : rappeler',
  },
  titles: {
    ask: 'Demander',
    answer: 'Vous répondez',
    exchange: 'Échanger le code contre des jetons',
    call: 'Appeler l’API',
    refresh: 'Actualiser',
    revoke: 'Révoquer',
    refused: 'Rappeler : refusé',
  },
  youAllowed: 'Vous l’avez autorisé',
  youDenied: 'Vous n’avez rien autorisé',
  withError: 'Le retour contient une erreur',
  before: {
    ask: 'Demo Notes vous envoie à la page d’autorisation avec un nouveau défi PKCE.',
    answer: 'Vous vous connectez, lisez ce qu’elle veut, et autorisez tout, une partie ou rien.',
    exchange:
      'Le code sert une fois, pendant 60 secondes. Le vérificateur prouve que qui demande est aussi qui échange.',
    call: 'GET /v1/projects derrière le vérificateur, avec le jeton d’accès.',
    refresh: 'Un nouveau jeton d’accès sans vous redemander.',
    revoke: 'Ce que fait « Déconnecter ».',
    refused: 'Le même jeton, non expiré, reçoit 401 en moins d’une seconde.',
  },
  after: {
    ask: 'Demo Notes vous a envoyé à la page d’autorisation avec un nouveau défi PKCE.',
    refresh: 'Un nouveau jeton d’accès sans vous redemander. Le jeton d’actualisation a été remplacé aussi.',
    revoke:
      'Le jeton d’actualisation prend fin, et avec lui tout jeton d’accès qui en est issu. « Déconnecter » fait cela à toutes les connexions d’une application.',
    refused: 'Le même jeton, non expiré, et plus personne ne l’accepte.',
  },
  waiting:
    'Vous avez été envoyé à la page d’autorisation et n’en êtes pas encore revenu. Continuez là-bas, ou redemandez.',
  failed: {
    answer: 'Demo Notes l’apprend, et rien d’autre. Redemandez pour voir la suite du parcours.',
    exchange:
      'Le code a attendu plus de 60 secondes, a déjà servi, ou vous avez déconnecté Demo Notes. Redemandez pour en obtenir un autre.',
    ended: 'Vous avez mis fin à cet accès entre-temps, ou il a expiré. Redemandez pour continuer.',
    refused: 'Cela aurait dû être refusé, mais ne l’a pas été. Recommencez.',
  },
  noToken: 'Demo Notes a un code, et pas encore de jeton.',
  allowedAll: (scopes) => `${scopes}. C’est tout ce qu’elle demandait.`,
  allowedPart: (scopes, leftOut) => `${scopes}. Vous avez laissé ${leftOut} de côté.`,
  walkAgain: 'Refaire le parcours',
  askAgain: 'Redemander',
  withCurl: 'La même chose avec curl',
  moreWithCurl: 'Encore une fois avec curl',
  spent: 'Le code est tronqué car il a servi : s’il revenait, tout jeton qui en est issu prendrait fin.',
  replaced:
    'Avec le nouveau jeton d’actualisation. Dès lors, celui qui est remplacé compte comme volé, et son usage met fin à l’accès.',
  outcomes: {
    back_with_code: '303, retour avec un code',
    back_without_code: '303, retour sans code',
    code_received: 'code reçu',
    no_code: 'aucun code',
    accepted: 'accepté',
    accepted_without_code: 'accepté, sans code',
  },
};
