import { html } from 'hono/html';
import type { consent as english } from '../en/consent.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('fr');

export const consent: typeof english = {
  title: (app) => `Autoriser ${app} ?`,
  titleMore: (app) => `${app} demande davantage`,
  headingMore: (app) => html`${app} demande plus que ce que vous avez autorisé`,
  asksFor: 'Ce qu’elle demande',
  new: (n) => plural(n, { one: '# autorisation est nouvelle', other: '# autorisations sont nouvelles' }),
  deny: 'Refuser',
  allow: 'Autoriser',
  optional: 'Facultatif',
  nothingAsked:
    'Rien qui vous appartienne. Elle apprend seulement que vous avez un compte ici et vous reconnaîtra la prochaine fois.',
  upToYou: {
    onlyOne: 'C’est à vous de décider : cochez-la ou laissez-la de côté.',
    all: 'Tout dépend de vous : cochez ce qu’elle peut faire.',
    some: (n) =>
      plural(n, {
        one: 'Une autorisation dépend de vous : cochez-la ou laissez-la de côté.',
        other: '# autorisations dépendent de vous : cochez-les ou laissez-les de côté.',
      }),
  },
  startedProgram: (app) => html`Venez-vous de lancer ${app} vous-même ?`,
  ifNotProgram: 'Sinon, refusez : n’importe quel programme de cet ordinateur pourrait faire cette demande.',
  ifNotApp: 'Sinon, refusez : n’importe quelle application de cet appareil pourrait faire cette demande.',
  afterKeeps: (app, connectedApps) =>
    html`Si vous refusez, ${app} garde ce que vous aviez autorisé. Mettez-y fin sous ${connectedApps}.`,
  afterUnchecked: 'Vous hésitez ? Refusez. Rien n’est transmis, et vous pouvez recommencer depuis l’application.',
  afterChecked: (connectedApps) =>
    html`Elle ne voit jamais votre mot de passe. Vous pouvez y mettre fin à tout moment sous ${connectedApps}.`,
  before: {
    heading: (on) => html`Vous avez autorisé ceci le ${on}`,
    leftOut: (titles) => html`Vous aviez laissé de côté : ${titles}.`,
    notNow: (app) => html`${app} ne le demande pas cette fois.`,
    stays: () => 'Cela ne change pas.',
    again: (app) => html`${app} le demande à nouveau.`,
  },
  route: {
    account: 'Votre compte : ',
    notYou: 'Pas vous ?',
    backTo: 'Ensuite, vous retournez vers : ',
    alsoTo: (places) => html`Elle peut aussi vous envoyer vers : ${places}.`,
    loopback: 'un programme de cet ordinateur',
    'private-use': 'une application de cet appareil',
    device: 'l’appareil qui a montré le code',
  },
  terms: {
    summary: 'Qui l’exploite, et à quelles conditions',
    lasts: 'Durée',
    runBy: 'Exploitée par',
    checked: 'Ce que VibeCaaS a vérifié',
    checkedWhat: (host) =>
      html`Qui l’exploite${host && html`, et que ${host} lui appartient`}. Pas si l’application est bonne.`,
    purpose: 'À quoi elle sert',
    promises: 'Ce qu’elle promet',
    privacyPolicy: 'Politique de confidentialité',
    termsOfUse: 'conditions d’utilisation',
    help: 'Aide',
    whereHelp: 'Où trouver de l’aide',
    noPromises: 'Elle n’indique ni politique de confidentialité ni conditions.',
    ownRules: 'Elle indique ses propres règles. Personne chez VibeCaaS ne les a examinées.',
    newWindow: ' (ouvre une nouvelle fenêtre)',
    address: 'Adresse de l’application',
    answerTo: 'La réponse est envoyée à',
    answerPlace: (host, place) => html`${host}, ${place}`,
    until: (day) =>
      html`Jusqu’à ce que vous la déconnectiez, après 30 jours sans utilisation, ou jusqu’au ${day}, selon ce qui arrive en premier.`,
    anHour: 'Une heure à la fois. Ensuite, l’application doit revenir ici.',
  },
  full: {
    title: (app) => `${app} n’accepte plus personne`,
    heading: (app) => html`${app} n’accepte plus personne pour l’instant`,
    lead: (n) =>
      `Personne chez VibeCaaS n’a vérifié qui exploite cette application. D’ici là, ${plural(n, { one: '# personne au plus peut', other: '# personnes au plus peuvent' })} l’utiliser, et ce nombre est atteint. Rien n’a été transmis.`,
    advice:
      'Dites-le à son développeur, et réessayez quand l’application sera vérifiée. Les personnes qui l’utilisent déjà peuvent continuer.',
    back: 'Retourner à l’application',
    you: (email) => html`Vous êtes ${email}.`,
    summary: 'Pour le développeur : que faire, et l’identifiant de requête',
    error: (code) => html`${code}, dès que la personne revient`,
    wrong: (n) =>
      `Une application non vérifiée sert au plus ${plural(n, { one: '# personne', other: '# personnes' })}. Celle-ci a atteint cette limite, et cette personne ne l’avait pas encore autorisée.`,
    fix: 'Demandez à VibeCaaS de vérifier votre application : dites qui l’exploite, et donnez sa page d’accueil, sa politique de confidentialité et une adresse pour les questions. Une personne qui la déconnecte libère une place.',
  },
  handOver: {
    title: (app) => `Retour à ${app}`,
    heading: (app) => html`Retour à ${app}`,
    lead: 'Votre réponse est en route.',
    oneStep: 'Il reste une étape',
    byItself: 'Elle se fait toute seule. Si cette page reste affichée, appuyez sur Continuer.',
    submit: 'Continuer',
  },
};
