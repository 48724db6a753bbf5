import { html } from 'hono/html';
import type { signIn as english } from '../en/sign-in.ts';

export const signIn: typeof english = {
  title: 'Anmelden',
  toOwnApp: 'Bei VibeCaaS anmelden',
  toContinue: (app) => html`Melden Sie sich an, um mit ${app} fortzufahren`,
  ownAppLead: (app, connectedApps) =>
    html`${app} wird von uns gemacht und betrieben. Was die App darf, sehen und beenden Sie unter ${connectedApps}.`,
  appLead: (app) => html`${app} sieht Ihr Passwort nie und darf nur, was Sie erlauben.`,
  accountLead: 'Sehen Sie, welche Apps für Sie handeln dürfen und was jede darf, und beenden Sie jede davon.',
  email: 'E-Mail-Adresse',
  password: 'Passwort',
  currentPassword: 'Bisheriges Passwort',
  newPassword: 'Neues Passwort',
  newPasswordHint: 'Alle Verbindungen Ihrer Apps enden; was Sie ihnen erlaubt haben, bleibt.',
  submit: 'Anmelden',
  forgot: 'Passwort vergessen?',
  mismatch: 'Das hat nicht gestimmt.',
  mismatchTodo: 'Adresse oder Passwort ist falsch. Prüfen Sie beides und versuchen Sie es noch einmal.',
  late: 'Das hat zu lange gedauert.',
  lateTodo: 'Fangen Sie noch einmal an: Geben Sie Ihr Passwort erneut ein.',
  again: 'Sie sind angemeldet.',
  againTodo: 'Um fortzufahren, melden Sie sich noch einmal an.',
  throttled: 'Zu viele Anmeldeversuche.',
  throttledTodo: (wait) => `Warten Sie ${wait} und versuchen Sie es dann noch einmal.`,
  change: 'Sie brauchen ein neues Passwort.',
  changeTodo: 'Ein Administrator hat darum gebeten. Geben Sie Ihr bisheriges noch einmal ein, und ein neues.',
  demo: (email, password) =>
    html`<b>Dieser Server hat ein Demo-Konto.</b> ${email} mit dem Passwort ${password}, sofern es niemand geändert hat.`,
  choose: {
    title: (app) => `Welches Konto für ${app}?`,
    heading: (app) => html`Welches Konto für ${app}?`,
    signedInAs: (name, email) => html`Sie sind angemeldet als ${name}, ${email}.`,
    goOnAs: (email) => html`Weiter als ${email}`,
    signInAs: (email) => html`Anmelden als ${email}`,
    another: 'Anderes Konto verwenden',
    asksFor: (app, email) => html`${app} fragt nach ${email}.`,
    notThatOne: 'Das ist nicht das Konto, das hier angemeldet ist.',
    whatHappens:
      'Ein anderes Konto meldet dieses in diesem Browser ab. Ein Konto, das die App noch nicht erlaubt hat, wird als Nächstes gefragt.',
  },
  out: {
    title: 'Abmelden?',
    heading: 'Bei VibeCaaS abmelden?',
    asked: (app) => html`${app} bittet darum.`,
    signedInAs: (email) => html`Sie sind angemeldet als ${email}.`,
    onlyHere: 'Nur in diesem Browser',
    onlyHereLead:
      'Wenn das nächste Mal eine App fragt, melden Sie sich neu an. Andere Browser und Geräte bleiben angemeldet.',
    thisAccount: 'Ihr Konto',
    stay: 'Angemeldet bleiben',
    submit: 'Abmelden',
  },
  gone: {
    title: 'Abgemeldet',
    stillTitle: 'Noch angemeldet',
    heading: 'Sie sind bei VibeCaaS abgemeldet',
    lead: 'In diesem Browser. Andere Browser und Geräte bleiben angemeldet.',
    stillHeading: 'Sie sind noch bei VibeCaaS angemeldet',
    stillLead: (email) => html`Als ${email}, in diesem Browser.`,
    shared: 'An einem gemeinsam genutzten Computer',
    sharedApp: (app) =>
      html`Melden Sie sich auch bei ${app} ab: Eine App kann Sie auf ihren eigenen Seiten angemeldet lassen.`,
    sharedApps:
      'Melden Sie sich auch bei den Apps ab, die Sie benutzt haben: Eine App kann Sie auf ihren eigenen Seiten angemeldet lassen.',
    later: 'Später abmelden',
    laterLead: 'Auf jeder Ihrer eigenen Seiten steht hier oben „Abmelden“.',
    again: 'Neu anmelden',
    backTo: (app) => html`Zurück zu ${app}`,
  },
};
