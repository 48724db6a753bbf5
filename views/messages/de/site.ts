import { html } from 'hono/html';
import type { site as english } from '../en/site.ts';

export const site: typeof english = {
  help: {
    title: 'Hilfe',
    lead: 'Was Sie hier tun können, und wen Sie fragen.',
    useApps: 'Sie benutzen Apps',
    useAppsText: (connectedApps, security) =>
      html`Welche Apps für Sie handeln dürfen und was jede darf, sehen und beenden Sie unter ${connectedApps}. Ihr Passwort ändern Sie unter ${security}.`,
    useKeys: 'Sie nutzen API-Schlüssel',
    useKeysText: (keys) =>
      html`Ihre eigenen Skripte und Server rufen die API mit einem Schlüssel auf: Erzeugen Sie ihn unter ${keys('API-Schlüssel')}, je Programm einen, und nur mit dem, was es braucht. Wer einen Schlüssel hat, handelt in Ihrem Namen. Könnten andere ihn gesehen haben, widerrufen Sie ihn dort: Jeder Aufruf damit wird binnen einer Sekunde abgewiesen.`,
    cantSignIn: 'Sie können sich nicht anmelden',
    cantSignInText: (reset) =>
      html`${reset('Fordern Sie einen Link an')}, um ein neues Passwort zu setzen. Er geht an die Adresse Ihres Kontos und gilt einmal. Das neue Passwort beendet alle Sitzungen. Ist das Telefon mit Ihren Codes oder Passkeys weg, benutzen Sie einen Wiederherstellungscode. Sind auch diese weg, kann der Betreiber dieses Servers Passkeys und zweiten Schritt entfernen.`,
    safer: 'Sie wollen es sicherer',
    saferText: (security) =>
      html`Fügen Sie unter ${security} einen Passkey oder einen zweiten Schritt hinzu. Ein Passkey ist Ihr Fingerabdruck, Ihr Gesicht oder Ihre PIN anstelle des Passworts. Bewahren Sie Ihre Wiederherstellungscodes auf: Mit ihnen kommen Sie wieder hinein.`,
    notYou: 'Jemand anderes war in Ihrem Konto',
    notYouText: (sessions, security, activity, apps, keys) =>
      html`Beenden Sie unter ${sessions}, was Sie nicht kennen, und ändern Sie dann unter ${security} Ihr Passwort: Das beendet jede andere Sitzung und jede Verbindung einer App. Passkeys, API-Schlüssel und was Apps dürfen, bleiben: Entfernen Sie dort, unter ${keys('API-Schlüssel')} und unter ${apps}, was nicht von Ihnen ist. Unter ${activity} sehen Sie, was geschehen ist. Wir schreiben Ihnen bei jeder Anmeldung in einem neuen Browser und jeder Änderung daran, wie Sie sich anmelden, und fragen nie per E-Mail nach einem Passwort.`,
    data: 'Was wir über Sie wissen',
    dataText: (yourData) =>
      html`Unter ${yourData} nehmen Sie eine Kopie von allem mit oder löschen Ihr Konto. Danach bleibt ein Protokoll dessen, was geschehen ist, unter einer Nummer, ohne Ihren Namen und Ihre E-Mail-Adresse; es nennt die Browser und Netzwerkadressen, von denen es kam.`,
    buildApp: 'Sie entwickeln eine App',
    buildAppText: (lines, metadata) =>
      html`Eine App braucht eine Client-ID. Der Betreiber dieses Servers registriert die App und gibt Ihnen die ID; ${lines('fünf Zeilen')} verbinden sie dann. Für eine Bibliothek: ${metadata('die Metadaten des Servers')}.`,
    buildAppDocs: (docs) => html`Für alles Weitere: ${docs('die Dokumentation')}.`,
    wrong: 'Etwas ist schiefgegangen',
    wrongText: (operator) =>
      html`Wenn Sie immer wieder eine Fehlerseite sehen, notieren Sie die Anfragenummer darauf und geben Sie sie ${operator('dem Betreiber dieses Servers')}: Sie führt zur Ursache. Wenn eine App tut, was sie nicht soll, trennen Sie sie zuerst und sagen Sie es dann dort.`,
  },
  privacy: {
    title: 'Datenschutz',
    lead: 'Was dieser Server über Sie speichert, und wer es sieht.',
    kept: 'Was gespeichert wird',
    keptLines: [
      'Ihr Name, Ihre E-Mail-Adresse und die Sprache, die Sie gewählt haben, solange Sie ein Konto haben. Wurde es von anderswo mitgebracht, Ihre Kennung dort.',
      'Wie Sie sich anmelden: Ihr Passwort nur als Prüfwert, aus dem es niemand zurücklesen kann, Passkeys mit ihren Namen, der Schlüssel Ihrer Authenticator-App verschlüsselt, Wiederherstellungscodes als Prüfwerte und Ihre Kennung und Adresse bei anderen Anbietern, die Sie verbunden haben.',
      'Wo Sie angemeldet sind: Browser, Netzwerkadresse und Zeiten, bis 14 Tage nach der letzten Benutzung.',
      'Welchen Apps Sie was erlaubt haben, und deren Verbindungen.',
      'Ihre API-Schlüssel nur als Hash, mit Namen, Rechten, und wann und von welcher Netzwerkadresse jeder zuletzt benutzt wurde, bis 90 Tage nach ihrem Ende.',
      'E-Mails an Sie, 30 Tage lang: Ihre Adresse, was darin steht, und Browser und Netzwerkadresse dessen, was sie ausgelöst hat.',
      'Ein Protokoll dessen, was mit Ihrem Konto geschah, mit Browser, Sprache und Netzwerkadresse. Es enthält weder Ihren Namen noch Ihre E-Mail-Adresse und bleibt, wenn das Konto gelöscht wird.',
    ],
    seen: 'Wer es sieht',
    seenText: 'Der Betreiber dieses Servers. Eine App sieht, was Sie ihr erlauben, und nie Ihr Passwort.',
    policy: (link) => html`Das Weitere steht in seiner ${link('Datenschutzerklärung')}.`,
    noPolicy: 'Eine eigene Datenschutzerklärung hat er hier nicht angegeben.',
    cookies: 'Cookies',
    cookiesText:
      'Nur solche, die Sie angemeldet halten (14 Tage), Formulare schützen, Ihre Sprache merken (ein Jahr) und einen Browser wiedererkennen, in dem Sie sich angemeldet haben (180 Tage; er nennt bis zu fünf Konten, als Prüfwerte). Diese Seiten laden nichts von anderswo und verfolgen niemanden.',
  },
  terms: {
    title: 'Nutzungsbedingungen',
    lead: 'Was hier für Sie gilt.',
    server: 'Dieser Server',
    serverText: (link) => html`Hier gelten die ${link('Nutzungsbedingungen')} des Betreibers dieses Servers.`,
    noTerms:
      'Der Betreiber dieses Servers hat hier keine Nutzungsbedingungen angegeben. Es gilt, was Sie mit ihm für Ihr Konto vereinbart haben.',
    apps: 'Apps',
    appsText: (connectedApps) =>
      html`Jede App hat eigene Bedingungen. Was eine App darf, können Sie jederzeit unter ${connectedApps} beenden.`,
  },
  landing: {
    title: 'Apps und Ihre Projekte',
    heading: 'Lassen Sie Apps mit Ihren VibeCaaS-Projekten arbeiten, zu Ihren Bedingungen',
    lead: 'Eine App fragt, Sie entscheiden, und Sie können es binnen einer Sekunde zurücknehmen. Keine App sieht je Ihr Passwort.',
    library: 'Für Ihre OAuth-Bibliothek',
    libraryLead: 'Den meisten genügt die erste Zeile.',
    fiveLines: 'In fünf Zeilen verbinden',
    fiveLinesText: (library, url, verifier) =>
      html`In Node, mit dem Paket ${library}. Setzen Sie Ihre Client-ID ein. Schicken Sie die Person zu ${url} und bewahren Sie ${verifier} auf, bis sie zurückkommt.`,
    forPeople: 'Für alle',
    peopleHeading: 'Sehen, wer für Sie handeln darf',
    peoplePoints: {
      see: 'Jede App und jeder Agent, und was sie dürfen.',
      allow: 'Sie erlauben alles, was eine App möchte, oder einen Teil davon.',
      end: 'Ein Knopf beendet es, überall zugleich.',
    },
    example: 'Zum Beispiel',
    forBuilders: 'Für Entwickler',
    buildersHeading: 'Verbinden Sie, was Sie bauen',
    builderPoints: {
      standard: 'OAuth 2.0 wie im Standard: Geben Sie Ihrer Bibliothek eine Adresse, den Rest findet sie selbst.',
      clientId: (ask) =>
        html`Ihre App braucht eine Client-ID. Sie kommt vom Betreiber dieses Servers: Er registriert Ihre App. ${ask('Fragen Sie ihn danach')}.`,
      demo: (client) => html`Um es zuerst auszuprobieren: ${client} ist hier schon registriert.`,
    },
    oneAddress: 'Eine Adresse, jede Bibliothek',
    tryIt: 'Schritt für Schritt ausprobieren',
    endpoints: {
      issuer: 'Issuer',
      authorize: 'Authorize',
      token: 'Token',
      revoke: 'Revoke',
      metadata: 'Metadaten',
    },
  },
};
