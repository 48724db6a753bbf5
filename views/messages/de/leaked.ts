import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import type { leaked as english } from '../en/leaked.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('de');

export const leaked: typeof english = {
  kinds: {
    api_key: 'API-Schlüssel',
    client_secret: 'Client-Geheimnis',
    refresh_token: 'Verbindung einer App',
    registration_token: 'Registrierungstoken',
  },
  mail: {
    subject: (n: number) =>
      plural(n, {
        one: 'Ein Geheimnis von Ihnen ist bekannt geworden und wurde beendet',
        other: '# Geheimnisse von Ihnen sind bekannt geworden und wurden beendet',
      }),
    preview: 'Niemand kann es mehr benutzen. Lesen Sie, was jetzt zu tun ist.',
    lead: (n: number) =>
      plural(n, {
        one: 'Es wurde gefunden, wo andere es lesen können, also hat es vielleicht jemand. Wir haben es sofort beendet: Niemand kann es mehr benutzen, auch Sie nicht.',
        other:
          'Sie wurden gefunden, wo andere sie lesen können, also hat sie vielleicht jemand. Wir haben sie sofort beendet: Niemand kann sie mehr benutzen, auch Sie nicht.',
      }),
    more: (n: number) =>
      plural(n, { one: 'Eines mehr ist hier nicht aufgeführt.', other: '# weitere sind hier nicht aufgeführt.' }),
    found: 'Gefunden unter',
    lastLabel: 'Hinweis',
    last: 'Die App hat kein anderes Geheimnis. Sie bekommt keine Tokens, bis sie ein neues hat.',
    todoOf: {
      api_key: 'API-Schlüssel.',
      client_secret: 'Client-Geheimnisse.',
      refresh_token: 'Verbindungen.',
      registration_token: 'Registrierungstokens.',
    },
    todo: {
      api_key:
        'Erstellen Sie einen neuen Schlüssel für das Programm, das ihn benutzt hat, und bewahren Sie ihn dort auf, wo nur dieses Programm ihn lesen kann.',
      client_secret:
        'Erstellen Sie ein neues Geheimnis für die App, und bewahren Sie es dort auf, wo nur ihr Server es lesen kann. Suchen Sie nach Anfragen, die nicht von Ihnen sind.',
      refresh_token:
        'Verbinden Sie die App neu, wenn Sie sie noch benutzen. Sagen Sie ihrem Entwickler, wo das Token gefunden wurde.',
      registration_token:
        'Die App funktioniert weiter. Ihre Registrierung kann mit diesem Token nicht mehr geändert werden.',
    },
    button: {
      api_key: 'Ihre Schlüssel ansehen',
      client_secret: 'Die Geheimnisse der App ansehen',
      refresh_token: 'Ihre Apps ansehen',
      registration_token: 'Die App ansehen',
    },
    unowned: 'Sie bekommen dies, weil die App niemandem gehört und Sie Admin sind.',
  },
  events: {
    key: html`<b>Ein API-Schlüssel von Ihnen ist bekannt geworden.</b>`,
    connection: (app: Html) =>
      html`<b>Die Verbindung von ${app} wurde beendet, weil ihr Token bekannt geworden ist.</b>`,
    secret: (app: Html) => html`<b>Ein Geheimnis von ${app} ist bekannt geworden.</b>`,
    registration: (app: Html) => html`<b>Das Registrierungstoken von ${app} ist bekannt geworden.</b>`,
    more: 'Es wurde gefunden, wo andere es lesen können, und sofort beendet.',
  },
  admin: {
    title: 'Bekannt gewordene Geheimnisse',
    lead: 'Geheimnisse, die andere lesen können, werden von anderen benutzt. Die, die Sie hier einfügen, werden sofort beendet, und ihre Besitzer erfahren es.',
    paste: 'Fügen Sie ein, was Sie gefunden haben',
    pasteLead:
      'Ein Log, ein Commit oder ein Ticket, wie es ist: Jedes Geheimnis dieses Servers darin wird gefunden. Anderer Text bleibt unbeachtet und wird nicht gespeichert.',
    text: 'Gefundener Text',
    textHint: 'API-Schlüssel, Client-Geheimnisse, Refresh-Tokens und Registrierungstokens. Bis zu 2 MB.',
    missing: 'ist nötig: Fügen Sie den Text mit den Geheimnissen ein',
    place: 'Gefunden unter',
    placeHint: 'Eine Adresse oder Worte wie „Ticket 4711“. Besitzer und Audit-Protokoll erfahren es.',
    button: 'Diese Geheimnisse beenden',
    none: 'Der Text enthält kein Geheimnis dieses Servers.',
    noneTodo: 'Vielleicht ist er abgeschnitten: Ein Geheimnis wird nur gefunden, wenn es vollständig ist.',
    done: (n: number) => plural(n, { one: 'Ein Geheimnis wurde beendet.', other: '# Geheimnisse wurden beendet.' }),
    doneTodo: 'Ihre Besitzer erfahren es per Mail.',
    doneNothing: 'Es wurde nichts beendet, was nicht schon beendet war, also erfährt es niemand.',
    found: (count: Html, n: number): Html => html`${count} ${n === 1 ? 'Geheimnis' : 'Geheimnisse'} im Text`,
    secret: 'Geheimnis',
    result: 'Ergebnis',
    last: 'Die App hat kein anderes Geheimnis',
    outcomes: { revoked: 'Jetzt beendet', ended: 'War schon beendet', unknown: 'Hier unbekannt' },
  },
  demo: {
    title: 'Ein Geheimnis wird bekannt',
    lead: 'Ein Schlüssel des Demo-Kontos taucht auf, wo andere ihn lesen können. Melden Sie ihn wie ein Scanner, und sehen Sie, wie die API ihn ablehnt.',
    back: 'Zurück zum Ablauf',
    make: '1. Einen Schlüssel erstellen',
    makeLead: 'Er darf zehn Minuten lang die Projekte des Demo-Kontos lesen.',
    makeButton: 'Schlüssel erstellen',
    report: '2. Ihn melden',
    reportLead:
      'Das findet ein Scanner. Fügen Sie beliebigen Text hinzu: Hier zählen nur vollständige Schlüssel des Demo-Kontos.',
    text: 'Was gefunden wurde',
    reportButton: 'Diesen Text melden',
    none: 'In diesem Text ist kein Schlüssel des Demo-Kontos.',
    noneTodo: 'Erstellen Sie einen, und melden Sie den Text mit ihm.',
    died: (before: number, after: number, tookMs: number) =>
      `Die API antwortete vor der Meldung mit ${before} und ${tookMs} ms danach mit ${after}. Das Demo-Konto bekam eine Mail.`,
    wasDead: (after: number) => `Er war schon beendet. Die API antwortet mit ${after}.`,
    link: 'Was geschieht, wenn ein Geheimnis bekannt wird?',
  },
};
