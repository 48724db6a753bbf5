import { html } from 'hono/html';
import type { security as english } from '../en/security.ts';

export const security: typeof english = {
  title: 'Sicherheit',
  lead: 'Wie Sie sich anmelden, und wie Sie wieder hineinkommen.',
  password: 'Passwort',
  passwordLead:
    'Eine Änderung meldet Sie überall sonst ab. Alle Verbindungen Ihrer Apps enden; was Sie ihnen erlaubt haben, bleibt.',
  passwordNone: 'Sie haben keines: Sie melden sich auf anderem Weg an.',
  setByMail: 'Per E-Mail eines festlegen',
  currentPassword: 'Bisheriges Passwort',
  wrong: 'ist falsch: nichts wurde geändert',
  newPassword: 'Neues Passwort',
  change: 'Passwort ändern',
  changeFirst: html`Ändern<span class="vh">: Ihr Passwort</span>`,
  tooMany: 'Zu viele Versuche.',
  wait: (time) => `Nichts wurde geändert. Warten Sie ${time} und versuchen Sie es dann noch einmal.`,
  notices: {
    'mail-sent': {
      what: 'Sehen Sie in Ihre E-Mails.',
      todo: 'Ein Link ist unterwegs. Er gilt 24 Stunden und nur einmal.',
    },
    'password-changed': {
      what: 'Ihr Passwort ist geändert.',
      todo: 'Sie sind nur noch hier angemeldet, und alle Verbindungen Ihrer Apps sind beendet.',
    },
    'second-step-off': {
      what: 'Der zweite Schritt ist ausgeschaltet.',
      todo: 'Von jetzt an verlangt eine Anmeldung keinen Code.',
    },
  },
};
