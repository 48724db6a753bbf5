import { html } from 'hono/html';
import type { apps as english } from '../en/apps.ts';

export const apps: typeof english = {
  quoted: (name) => html`„${name}“`,
  quotedText: (name) => `„${name}“`,
  tags: {
    own: 'Von VibeCaaS',
    verified: 'Geprüft',
    in_review: 'In Prüfung',
    unchecked: 'Nicht geprüft',
  },
  seal: {
    own: html`<b>Von VibeCaaS.</b> Von uns gemacht und betrieben.`,
    verified: (on, host) =>
      html`<b>Geprüft</b>${on && html` am ${on}`}: wer die App betreibt${host && html` und dass ${host} dazugehört`}.`,
    inReview: (since, namesOwner) =>
      html`<b>In Prüfung</b>${since && html` seit dem ${since}`}. Noch nicht geprüft: ${namesOwner ? 'Name und Betreiber sind ihre eigene Angabe' : 'Der Name ist ihre eigene Angabe'}.`,
    uncheckedAddress: html`<b>Nicht geprüft.</b> Niemand bei VibeCaaS hat sie sich angesehen. Nur ihre Adresse steht fest.`,
    uncheckedName: html`<b>Nicht geprüft.</b> Niemand bei VibeCaaS hat sie sich angesehen. Der Name ist ihre eigene Angabe.`,
  },
  by: (owner) => html`von ${owner}`,
  saysBy: (owner) => html`nach eigener Angabe von ${owner}`,
  callsItself: (name) => html`nennt sich „${name}“`,
  nameOfItsOwn: 'der Name, den sie sich selbst gibt',
  marks: { see: 'Kann sehen', change: 'Kann ändern', cost: 'Kann Geld kosten' },
  permissions: {
    'projects:read': { title: 'Projekte', line: 'Namen, Einstellungen und Dateien. Auch private.' },
    'deployments:read': {
      title: 'Deployments und Protokolle',
      line: 'Was live ist, seit wann, und was in den Protokollen steht.',
    },
    'analytics:read': { title: 'Statistiken', line: 'Zahlen zu Besuchern und Nutzung.' },
    'profile email': { title: 'Ihr Name und Ihre E-Mail-Adresse', line: 'So, wie sie in Ihrem Konto stehen.' },
    profile: { title: 'Ihr Name', line: 'So, wie er in Ihrem Konto steht.' },
    email: { title: 'Ihre E-Mail-Adresse', line: 'So, wie sie in Ihrem Konto steht.' },
    'projects:write': {
      title: 'Projekte und Dateien',
      line: 'Legt sie an, bearbeitet, überträgt und löscht sie, ohne noch einmal zu fragen.',
    },
    'deployments:write': {
      title: 'Veröffentlichte Versionen',
      line: 'Veröffentlicht, bricht ab und setzt zurück. Ihre Besucher sehen es sofort.',
    },
    'ai:generate': {
      title: 'KI über Ihr Konto',
      line: 'Schickt Eingaben und Ihren Code an KI-Modelle. Das verbraucht Ihr Kontingent und kann extra kosten.',
    },
  },
  notDescribed: 'Auf dieser Seite gibt es keine Beschreibung dazu.',
  titles: (titles) => titles.join(', '),
  question: {
    projects: (app, verbs, ai) => {
      if (verbs === 'none') return html`Darf ${app} KI über Ihr Konto nutzen?`;
      const what = { see: 'sehen', change: 'ändern', both: 'sehen und ändern' }[verbs];
      return html`Darf ${app} Ihre Projekte ${what}${ai && ' sowie KI nutzen'}?`;
    },
    nameAndAddress: (app) => html`Darf ${app} Ihren Namen und Ihre E-Mail-Adresse sehen?`,
    name: (app) => html`Darf ${app} Ihren Namen sehen?`,
    address: (app) => html`Darf ${app} Ihre E-Mail-Adresse sehen?`,
    open: (app) => html`Was darf ${app} tun?`,
    whoYouAre: (app) => html`Darf ${app} wissen, wer Sie sind?`,
  },
};
