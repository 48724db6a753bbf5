import { html } from 'hono/html';
import type { signIn as english } from '../en/sign-in.ts';

export const signIn: typeof english = {
  title: 'Se connecter',
  toOwnApp: 'Se connecter à VibeCaaS',
  toContinue: (app) => html`Connectez-vous pour continuer vers ${app}`,
  ownAppLead: (app, connectedApps) =>
    html`${app} est conçue et exploitée par nous. Sous ${connectedApps}, voyez ce qu’elle peut faire et mettez-y fin.`,
  appLead: (app) => html`${app} ne voit jamais votre mot de passe et ne peut faire que ce que vous autorisez.`,
  accountLead:
    'Voyez quelles applications peuvent agir pour vous et ce que chacune peut faire, et mettez fin à celles que vous voulez.',
  email: 'Adresse e-mail',
  password: 'Mot de passe',
  currentPassword: 'Mot de passe actuel',
  newPassword: 'Nouveau mot de passe',
  newPasswordHint: 'Toutes les connexions de vos applications prennent fin ; ce que vous leur avez autorisé reste.',
  submit: 'Se connecter',
  forgot: 'Mot de passe oublié ?',
  mismatch: 'Ces informations ne correspondent pas.',
  mismatchTodo: 'L’adresse ou le mot de passe est incorrect. Vérifiez les deux et réessayez.',
  late: 'Cela a pris trop de temps.',
  lateTodo: 'Recommencez : saisissez de nouveau votre mot de passe.',
  again: 'Votre session est ouverte.',
  againTodo: 'Pour continuer, connectez-vous à nouveau.',
  throttled: 'Trop de tentatives de connexion.',
  throttledTodo: (wait) => `Attendez ${wait}, puis réessayez.`,
  change: 'Il vous faut un nouveau mot de passe.',
  changeTodo: 'Un administrateur l’a demandé. Saisissez encore une fois l’actuel, puis un nouveau.',
  demo: (email, password) =>
    html`<b>Ce serveur a un compte de démonstration.</b> ${email} avec le mot de passe ${password}, à moins que quelqu’un ne l’ait changé.`,
  choose: {
    title: (app) => `Quel compte pour ${app} ?`,
    heading: (app) => html`Quel compte pour ${app} ?`,
    signedInAs: (name, email) => html`Vous êtes connecté en tant que ${name}, ${email}.`,
    goOnAs: (email) => html`Continuer en tant que ${email}`,
    signInAs: (email) => html`Se connecter en tant que ${email}`,
    another: 'Utiliser un autre compte',
    asksFor: (app, email) => html`${app} demande le compte ${email}.`,
    notThatOne: 'Ce n’est pas le compte connecté ici.',
    whatHappens:
      'Un autre compte déconnecte celui-ci dans ce navigateur. Un compte qui n’a pas encore autorisé l’application est interrogé ensuite.',
  },
  out: {
    title: 'Se déconnecter ?',
    heading: 'Se déconnecter de VibeCaaS ?',
    asked: (app) => html`${app} le demande.`,
    signedInAs: (email) => html`Vous êtes connecté en tant que ${email}.`,
    onlyHere: 'Dans ce navigateur seulement',
    onlyHereLead:
      'Vous vous reconnecterez la prochaine fois qu’une application le demandera. Les autres navigateurs et appareils restent connectés.',
    thisAccount: 'votre compte',
    stay: 'Rester connecté',
    submit: 'Se déconnecter',
  },
  gone: {
    title: 'Déconnecté',
    stillTitle: 'Toujours connecté',
    heading: 'Vous êtes déconnecté de VibeCaaS',
    lead: 'Dans ce navigateur. Les autres navigateurs et appareils restent connectés.',
    stillHeading: 'Vous êtes toujours connecté à VibeCaaS',
    stillLead: (email) => html`En tant que ${email}, dans ce navigateur.`,
    shared: 'Sur un ordinateur partagé',
    sharedApp: (app) =>
      html`Déconnectez-vous aussi de ${app} : une application peut vous garder connecté sur ses propres pages.`,
    sharedApps:
      'Déconnectez-vous aussi des applications que vous avez utilisées : une application peut vous garder connecté sur ses propres pages.',
    later: 'Pour vous déconnecter plus tard',
    laterLead: 'Chacune de vos pages porte « Se déconnecter » en haut.',
    again: 'Se reconnecter',
    backTo: (app) => html`Retour à ${app}`,
  },
};
