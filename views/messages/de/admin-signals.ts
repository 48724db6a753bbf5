import { html } from 'hono/html';
import type { adminSignals as english } from '../en/admin-signals.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('de');

export const adminSignals: typeof english = {
  title: 'Signale',
  lead: 'Dienste, die durch Shared Signals erfahren, wann Sitzungen enden und Anmeldedaten sich ändern.',
  caption: 'Streams von Signalen nach Empfänger',
  noun: (n) => plural(n, { one: 'Stream', other: 'Streams' }),
  order: 'Nach Client-ID',
  receiver: 'Empfänger',
  delivery: 'Zustellung',
  state: 'Zustand',
  waiting: 'Wartet',
  delivered: 'Zuletzt zugestellt',
  lastError: 'Letzter Fehler',
  states: { enabled: 'Stellt zu', failing: 'Schlägt fehl', paused: 'Angehalten', disabled: 'Aus' },
  push: 'Zusendung',
  poll: 'Abruf',
  never: 'Nie',
  more: '1.000 oder mehr',
  none: 'Noch empfängt kein Dienst Signale',
  noneWhy: 'Ein Gateway legt seinen Stream selbst an. Registrieren Sie zuerst einen Dienst als Gateway.',
  noneWay: 'Client registrieren',
  one: {
    title: (app) => `Signale für ${app}`,
    heading: (app) => html`Signale für ${app}`,
    all: 'Alle Streams',
    how: 'Wie es steht',
    howLead: 'Ein Token, das nicht angenommen wird, wird wieder gesendet, und alle anderen warten darauf.',
    address: 'Adresse',
    polls: 'Der Empfänger ruft seine Token ab',
    id: 'ID des Streams',
    byAdmin: 'Von einem Admin angehalten',
    reason: 'Grund',
    oldest: (ago) => `das älteste ${ago}`,
    failures: (n) =>
      plural(n, { one: '# fehlgeschlagene Zustellung in Folge', other: '# fehlgeschlagene Zustellungen in Folge' }),
    since: (moment) => html`seit ${moment}`,
    next: 'Nächster Versuch',
    removed: 'Personen, die er entfernt hat',
    made: 'Angelegt',
    record: 'Im Protokoll',
    recordLink: 'Was damit geschah',
    client: 'Der Client',
    change: 'Ändern',
    changeLead: 'Jede Änderung braucht einen Grund.',
  },
  acts: {
    pause: {
      button: 'Anhalten',
      title: (app) => `Signale für ${app} anhalten?`,
      heading: (app) => html`Signale für ${app} anhalten`,
      effects: [
        'Der Empfänger bekommt keine Signale, bis ein Admin den Stream fortsetzt, und kann ihn selbst weder fortsetzen noch löschen.',
        'Was inzwischen geschieht, kommt dann, wenn es nicht älter als sieben Tage ist.',
      ],
    },
    enable: {
      button: 'Fortsetzen',
      title: (app) => `Signale für ${app} fortsetzen?`,
      heading: (app) => html`Signale für ${app} fortsetzen`,
      effects: [
        'Der Empfänger bekommt, was er in den letzten sieben Tagen verpasst hat, und danach alles Neue.',
        'Fehlgeschlagene Zustellungen werden vergessen, und die nächste folgt sofort.',
      ],
    },
    remove: {
      button: 'Entfernen',
      title: (app) => `Stream von ${app} entfernen?`,
      heading: (app) => html`Stream von ${app} entfernen`,
      effects: [
        'Was der Empfänger nicht angenommen hat, ist für ihn verloren.',
        'Er darf einen neuen Stream anlegen. Um das zu verhindern, nehmen Sie dem Client das Gateway.',
      ],
    },
  },
};
