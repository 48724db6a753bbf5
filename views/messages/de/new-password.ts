import type { newPassword as english } from '../en/new-password.ts';

export const newPassword: typeof english = {
  limits: '8 bis 128 beliebige Zeichen. Einfügen ist erlaubt.',
  helps: 'Was hilft',
  words: 'Drei oder vier Wörter, die nichts miteinander zu tun haben.',
  manager: 'Oder lassen Sie Ihren Passwortmanager eines erzeugen.',
  tooEasy: 'Zu leicht zu erraten.',
  refused: {
    too_short: { what: 'Zu kurz.', todo: 'Es braucht mindestens 8 Zeichen.' },
    too_long: { what: 'Zu lang.', todo: 'Es darf höchstens 128 Zeichen haben.' },
    unusable: {
      what: 'Das kann kein Passwort sein.',
      todo: 'Es enthält ein Zeichen, das keine Tastatur schreiben kann.',
    },
    unchanged: { what: 'Das ist das bisherige Passwort.', todo: 'Wählen Sie ein anderes.' },
  },
  guessed: {
    common: {
      why: 'Es gehört zu den häufigsten Passwörtern oder ist einem davon ähnlich; diese probieren Programme zuerst.',
      useless: '„0“ statt „o“ oder „@“ statt „a“ hilft nicht.',
    },
    about_you: {
      why: 'Es besteht aus dem Namen, der Adresse oder dem Namen dieses Dienstes; ein Programm findet das in Sekunden.',
      useless: 'Ein Großbuchstabe oder ein „!“ am Ende hilft nicht.',
    },
    keys: {
      why: 'Es ist eine Tastenreihe oder ein wiederholtes Stück; ein Programm findet das in Sekunden.',
      useless: 'Eine längere Reihe oder dasselbe noch einmal hilft nicht.',
    },
    date: {
      why: 'Es ist ein Datum oder ein Jahr mit wenig darum herum; ein Programm findet das in Sekunden.',
      useless: 'Ein Jahr oder ein Geburtstag am Ende hilft nicht.',
    },
    word: {
      why: 'Es ist ein Wort oder zwei mit wenig darum herum; ein Programm probiert jedes Wort.',
      useless: 'Ein Großbuchstabe oder ein „!“ am Ende hilft nicht.',
    },
    guessable: {
      why: 'Ein Programm findet es schnell.',
      useless: 'Ein Großbuchstabe oder ein „!“ am Ende hilft nicht.',
    },
  },
};
