import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import type { leaked as english } from '../en/leaked.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('fr');

export const leaked: typeof english = {
  kinds: {
    api_key: 'Clé d’API',
    client_secret: 'Secret de client',
    refresh_token: 'Connexion d’une application',
    registration_token: 'Jeton d’enregistrement',
  },
  mail: {
    subject: (n: number) =>
      plural(n, {
        one: 'Un de vos secrets a fuité et ne sert plus à rien',
        other: '# de vos secrets ont fuité et ne servent plus à rien',
      }),
    preview: 'Plus personne ne peut s’en servir. Voyez que faire maintenant.',
    lead: (n: number) =>
      plural(n, {
        one: 'Il a été trouvé là où d’autres peuvent le lire : quelqu’un l’a peut-être. Nous y avons mis fin aussitôt : plus personne ne peut s’en servir, vous non plus.',
        other:
          'Ils ont été trouvés là où d’autres peuvent les lire : quelqu’un les a peut-être. Nous y avons mis fin aussitôt : plus personne ne peut s’en servir, vous non plus.',
      }),
    more: (n: number) =>
      plural(n, { one: 'Un autre n’est pas indiqué ici.', other: '# autres ne sont pas indiqués ici.' }),
    found: 'Trouvé à',
    lastLabel: 'Remarque',
    last: 'L’application n’a pas d’autre secret. Elle n’obtient plus de jetons tant qu’elle n’en a pas un nouveau.',
    todoOf: {
      api_key: 'Clés d’API.',
      client_secret: 'Secrets de client.',
      refresh_token: 'Connexions.',
      registration_token: 'Jetons d’enregistrement.',
    },
    todo: {
      api_key:
        'Créez une nouvelle clé pour le programme qui s’en servait, et gardez-la là où seul ce programme peut la lire.',
      client_secret:
        'Créez un nouveau secret pour l’application, et gardez-le là où seul son serveur peut le lire. Cherchez des requêtes que vous n’avez pas faites.',
      refresh_token:
        'Reconnectez l’application si vous l’utilisez encore. Dites à son développeur où le jeton a été trouvé.',
      registration_token:
        'L’application continue de fonctionner. Son enregistrement ne peut plus être modifié avec ce jeton.',
    },
    button: {
      api_key: 'Voir vos clés',
      client_secret: 'Voir les secrets de l’application',
      refresh_token: 'Voir vos applications',
      registration_token: 'Voir l’application',
    },
    unowned: 'Vous recevez ceci parce que l’application n’a pas de propriétaire et que vous êtes administrateur.',
  },
  events: {
    key: html`<b>Une de vos clés d’API a fuité.</b>`,
    connection: (app: Html) => html`<b>La connexion de ${app} a pris fin, car son jeton a fuité.</b>`,
    secret: (app: Html) => html`<b>Un secret de ${app} a fuité.</b>`,
    registration: (app: Html) => html`<b>Le jeton d’enregistrement de ${app} a fuité.</b>`,
    more: 'Trouvé là où d’autres peuvent le lire, il a pris fin aussitôt.',
  },
  admin: {
    title: 'Secrets qui ont fuité',
    lead: 'Les secrets que d’autres peuvent lire sont utilisés par d’autres. Ceux que vous collez ici prennent fin aussitôt, et leurs propriétaires sont prévenus.',
    paste: 'Collez ce que vous avez trouvé',
    pasteLead:
      'Un journal, un commit ou un ticket tel quel : chaque secret de ce serveur y est trouvé. Le reste du texte est ignoré et n’est pas conservé.',
    text: 'Texte',
    textHint: 'Clés d’API, secrets de client, jetons d’actualisation et jetons d’enregistrement. Jusqu’à 2 Mo.',
    missing: 'est obligatoire : collez le texte qui contient les secrets',
    place: 'Trouvé à',
    placeHint: 'Une adresse, ou des mots comme « ticket 4711 ». Les propriétaires et le journal d’audit l’apprennent.',
    button: 'Mettre fin à ces secrets',
    none: 'Le texte ne contient aucun secret de ce serveur.',
    noneTodo: 'Il est peut-être coupé : un secret n’est trouvé que s’il est entier.',
    done: (n: number) => plural(n, { one: 'Un secret a pris fin.', other: '# secrets ont pris fin.' }),
    doneTodo: 'Leurs propriétaires sont prévenus par mail.',
    doneNothing: 'Rien n’a pris fin qui n’avait déjà pris fin : personne n’est prévenu.',
    found: (count: Html, n: number): Html => html`${count} ${n === 1 ? 'secret' : 'secrets'} dans le texte`,
    secret: 'Secret trouvé',
    result: 'Résultat',
    last: 'L’application n’a pas d’autre secret',
    outcomes: { revoked: 'A pris fin', ended: 'Avait déjà pris fin', unknown: 'Inconnu ici' },
  },
  demo: {
    title: 'Un secret fuite',
    lead: 'Une clé du compte de démonstration apparaît là où d’autres peuvent la lire. Signalez-la comme le ferait un scanner, et voyez l’API la refuser.',
    back: 'Retour au parcours',
    make: '1. Créer une clé',
    makeLead: 'Elle peut lire les projets du compte de démonstration pendant dix minutes.',
    makeButton: 'Créer une clé',
    report: '2. La signaler',
    reportLead:
      'Voici ce que trouve un scanner. Ajoutez ce que vous voulez autour : seules les clés entières du compte de démonstration comptent ici.',
    text: 'Ce qui a été trouvé',
    reportButton: 'Signaler ce texte',
    none: 'Ce texte ne contient aucune clé du compte de démonstration.',
    noneTodo: 'Créez-en une, et signalez le texte qui la contient.',
    died: (before: number, after: number, tookMs: number) =>
      `Avant le signalement, l’API répondait ${before} ; ${tookMs} ms après, ${after}. Le compte de démonstration a reçu un mail.`,
    wasDead: (after: number) => `Elle avait déjà pris fin. L’API répond ${after}.`,
    link: 'Que se passe-t-il quand un secret fuite ?',
  },
};
