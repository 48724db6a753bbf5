import { html } from 'hono/html';
import type { adminInvitations as english } from '../en/admin-invitations.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('de');

export const adminInvitations: typeof english = {
  title: 'Einladungen',
  back: '← Konten',
  lead: 'Personen, die über einen Link in einer E-Mail ein Konto anlegen dürfen.',
  invite: 'Jemanden einladen',
  state: 'Status',
  any: 'Alle',
  apply: 'Anwenden',
  order: 'Die neuesten zuerst',
  noun: (n) => (n === 1 ? 'Einladung' : 'Einladungen'),
  inState: (state) => `Status ${state}`,
  states: {
    waiting: 'E-Mail wartet',
    not_sent: 'Nicht gesendet',
    sent: 'Gesendet',
    expired: 'Abgelaufen',
    has_account: 'Hat ein Konto',
    accepted: 'Angenommen',
    withdrawn: 'Zurückgezogen',
  },
  why: {
    not_sent: 'Der Mailserver hat die E-Mail zwei Tage lang nicht angenommen.',
    expired: 'Sieben Tage lang hat niemand den Link verwendet.',
    has_account: 'Die Adresse hat auf anderem Weg ein Konto bekommen.',
  },
  until: (day) => html`Der Link funktioniert bis ${day}.`,
  by: (day, inviter) => html`Eingeladen ${day} von ${inviter}.`,
  resend: (address) => html`Erneut senden<span class="vh">: ${address}</span>`,
  withdraw: (address) => html`Zurückziehen<span class="vh">: ${address}</span>`,
  filtered: (state) => `Sie filtern nach Status ${state}.`,
  admin: 'Admin',
  closed: 'Dieser Server nimmt keine Einladungen an.',
  closedTodo: 'Gesendete Links funktionieren nicht. Setzen Sie REGISTRATION auf invite oder open.',
  noMatch: 'Keine Einladung passt',
  clear: 'Filter zurücksetzen',
  nobody: 'Niemand ist eingeladen',
  nobodyClosed: 'Konten kommen von Admins, aus einem Import oder von Ihrem eigenen Anbieter.',
  nobodyWhy:
    'Eine Einladung ist eine E-Mail mit einem Link. Wer ihn öffnet, wählt einen Namen und ein Passwort oder einen Passkey.',
  create: 'Konto anlegen',
  form: {
    back: '← Einladungen',
    lead: (days) =>
      plural(days, {
        one: 'Die E-Mail sagt, wer einlädt, und enthält einen Link, der # Tag und einmal funktioniert. Eine neuere Einladung an dieselbe Adresse beendet die ältere.',
        other:
          'Die E-Mail sagt, wer einlädt, und enthält einen Link, der # Tage und einmal funktioniert. Eine neuere Einladung an dieselbe Adresse beendet die ältere.',
      }),
    email: 'E-Mail-Adresse',
    name: 'Name',
    nameHint: 'Darf leer bleiben. Die Person kann ihn ändern.',
    language: 'Sprache der E-Mail',
    tier: 'Stufe',
    adminHint: 'Darf auf diesen Seiten alles. Richtet sofort einen zweiten Schritt ein.',
    who: 'Für wen',
    send: 'Einladung senden',
  },
};
