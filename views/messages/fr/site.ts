import { html } from 'hono/html';
import type { site as english } from '../en/site.ts';

export const site: typeof english = {
  help: {
    title: 'Aide',
    lead: 'Ce que vous pouvez faire ici, et à qui vous adresser.',
    useApps: 'Vous utilisez des applications',
    useAppsText: (connectedApps, security) =>
      html`Voyez sous ${connectedApps} quelles applications peuvent agir pour vous et ce que chacune peut faire, et mettez-y fin. Changez votre mot de passe sous ${security}.`,
    useKeys: 'Vous utilisez des clés d’API',
    useKeysText: (keys) =>
      html`Vos scripts et vos serveurs appellent l’API avec une clé : créez-en une sous ${keys('Clés d’API')}, une par programme, avec seulement ce dont il a besoin. Qui a une clé agit en votre nom. Si d’autres ont pu la voir, révoquez-la au même endroit : tout appel avec elle est refusé en moins d’une seconde.`,
    cantSignIn: 'Vous ne pouvez pas vous connecter',
    cantSignInText: (reset) =>
      html`${reset('Demandez un lien')} pour définir un nouveau mot de passe. Il arrive à l’adresse de votre compte et sert une fois. Le nouveau mot de passe met fin à toutes les sessions. Si vous n’avez plus le téléphone qui donne vos codes, ou vos clés d’accès, utilisez un code de secours. Si vous n’en avez plus, l’exploitant de ce serveur peut retirer les clés d’accès et la deuxième étape.`,
    safer: 'Vous voulez plus de sécurité',
    saferText: (security) =>
      html`Ajoutez une clé d’accès ou une deuxième étape sous ${security}. Une clé d’accès, c’est votre empreinte, votre visage ou votre code PIN à la place du mot de passe. Conservez vos codes de secours : ils vous permettent de revenir.`,
    notYou: 'Quelqu’un d’autre était dans votre compte',
    notYouText: (sessions, security, activity, apps, keys) =>
      html`Mettez fin sous ${sessions} à ce que vous ne reconnaissez pas, puis changez votre mot de passe sous ${security} : cela met fin à toute autre session et à toute connexion d’une application. Restent les clés d’accès, les clés d’API et ce que peuvent les applications : retirez là, sous ${keys('Clés d’API')} et sous ${apps}, ce qui n’est pas de vous. Voyez ce qui s’est passé sous ${activity}. Nous vous écrivons à chaque connexion dans un nouveau navigateur et à chaque changement de vos moyens d’accès, et ne demandons jamais de mot de passe par e-mail.`,
    data: 'Vos données',
    dataText: (yourData) =>
      html`Emportez une copie de tout, ou supprimez votre compte, sous ${yourData}. Il reste ensuite un historique de ce qui s’est passé, sous un numéro, sans votre nom ni votre adresse e-mail ; il indique les navigateurs et les adresses réseau d’origine.`,
    buildApp: 'Vous développez une application',
    buildAppText: (lines, metadata) =>
      html`Une application a besoin d’un identifiant client. L’exploitant de ce serveur enregistre l’application et vous donne l’identifiant ; ${lines('cinq lignes')} suffisent ensuite pour la connecter. Pour une bibliothèque : ${metadata('les métadonnées du serveur')}.`,
    buildAppDocs: (docs) => html`Pour tout le reste : ${docs('la documentation')}.`,
    wrong: 'Quelque chose n’a pas marché',
    wrongText: (operator) =>
      html`Si une page d’erreur revient, notez l’identifiant de requête qu’elle affiche et donnez-le à ${operator('l’exploitant de ce serveur')} : il mène à la cause. Si une application fait ce qu’elle ne devrait pas, déconnectez-la d’abord, puis prévenez-le.`,
  },
  privacy: {
    title: 'Confidentialité',
    lead: 'Ce que ce serveur conserve à votre sujet, et qui le voit.',
    kept: 'Ce qui est conservé',
    keptLines: [
      'Votre nom, votre adresse e-mail et la langue que vous avez choisie, tant que vous avez un compte. S’il vient d’un autre système, votre identifiant là-bas.',
      'Comment vous vous connectez : votre mot de passe, seulement sous forme d’empreinte que personne ne peut relire ; les clés d’accès avec leurs noms ; la clé de votre application d’authentification, chiffrée ; les codes de secours, sous forme d’empreintes ; votre identifiant et votre adresse chez d’autres fournisseurs que vous avez reliés.',
      'Où vous êtes connecté : navigateur, adresse réseau et heures, jusqu’à 14 jours après la dernière utilisation.',
      'Ce que vous avez autorisé à quelles applications, et leurs connexions.',
      'Vos clés d’API uniquement sous forme d’empreintes, avec leur nom, leurs droits, la date et l’adresse réseau de la dernière utilisation de chacune, jusqu’à 90 jours après leur fin.',
      'Les e-mails que nous vous envoyons, pendant 30 jours : votre adresse, ce qu’ils disent, le navigateur et l’adresse réseau à leur origine.',
      'Un journal de ce qui est arrivé à votre compte, avec le navigateur, la langue et l’adresse réseau. Il ne contient ni votre nom ni votre adresse e-mail, et reste quand le compte est supprimé.',
    ],
    seen: 'Qui le voit',
    seenText:
      'L’exploitant de ce serveur. Une application voit ce que vous lui autorisez, et jamais votre mot de passe.',
    policy: (link) => html`Le reste figure dans sa ${link('politique de confidentialité')}.`,
    noPolicy: 'Il n’a indiqué ici aucune politique de confidentialité.',
    cookies: 'Cookies',
    cookiesText:
      'Seulement ceux qui vous gardent connecté (14 jours), protègent les formulaires, retiennent la langue choisie (un an) et reconnaissent un navigateur où vous vous êtes connecté (180 jours ; il désigne jusqu’à cinq comptes, sous forme d’empreintes). Ces pages ne chargent rien d’ailleurs et ne suivent personne.',
  },
  terms: {
    title: 'Conditions',
    lead: 'Ce que vous acceptez ici.',
    server: 'Ce serveur',
    serverText: (link) => html`Les ${link('conditions')} de l’exploitant de ce serveur s’appliquent ici.`,
    noTerms:
      'L’exploitant de ce serveur n’a indiqué aucune condition ici. Ce que vous avez convenu avec lui pour votre compte s’applique.',
    apps: 'Applications',
    appsText: (connectedApps) =>
      html`Chaque application a ses propres conditions. Vous pouvez mettre fin à tout moment à ce qu’une application peut faire sous ${connectedApps}.`,
  },
  landing: {
    title: 'Les applications et vos projets',
    heading: 'Laissez des applications travailler sur vos projets VibeCaaS, à vos conditions',
    lead: 'Une application demande, vous décidez, et vous pouvez revenir sur votre choix en une seconde. Aucune application ne voit jamais votre mot de passe.',
    library: 'Pour votre bibliothèque OAuth',
    libraryLead: 'La première ligne suffit à la plupart.',
    fiveLines: 'Se connecter en cinq lignes',
    fiveLinesText: (library, url, verifier) =>
      html`Dans Node, avec le paquet ${library}. Indiquez votre identifiant client. Envoyez la personne vers ${url} et gardez ${verifier} pour son retour.`,
    forPeople: 'Pour tous',
    peopleHeading: 'Voyez qui peut agir pour vous',
    peoplePoints: {
      see: 'Chaque application et chaque agent, et ce qu’ils peuvent faire.',
      allow: 'Vous autorisez tout ce qu’une application demande, ou une partie.',
      end: 'Un bouton y met fin, partout à la fois.',
    },
    example: 'Par exemple',
    forBuilders: 'Pour les développeurs',
    buildersHeading: 'Connectez ce que vous créez',
    builderPoints: {
      standard: 'OAuth 2.0 selon le standard : donnez une adresse à votre bibliothèque, elle trouve le reste.',
      clientId: (ask) =>
        html`Votre application a besoin d’un identifiant client. Il vient de l’exploitant de ce serveur, qui enregistre votre application. ${ask('Demandez-le-lui')}.`,
      demo: (client) => html`Pour l’essayer d’abord : ${client} est déjà enregistré ici.`,
    },
    oneAddress: 'Une adresse, n’importe quelle bibliothèque',
    tryIt: 'L’essayer étape par étape',
    endpoints: {
      issuer: 'Émetteur',
      authorize: 'Autorisation',
      token: 'Jeton',
      revoke: 'Révocation',
      metadata: 'Métadonnées',
    },
  },
};
