import { html } from 'hono/html';
import type { Messages } from '../en.ts';

export const device: Messages['device'] = {
  title: 'Gerät verbinden',
  heading: 'Ein Gerät oder eine Kommandozeile verbinden',
  lead: 'Es hat keinen eigenen Browser und zeigt Ihnen deshalb einen Code. Geben Sie ihn hier ein; die nächste Seite nennt die App.',
  label: 'Code auf dem Gerät',
  hint: 'Acht Buchstaben. Großschreibung und Bindestrich spielen keine Rolle.',
  go: 'Weiter',
  sent: 'Hat Ihnen jemand diesen Code geschickt?',
  sentTodo:
    'Dann hören Sie hier auf. Geben Sie nur den Code eines Geräts ein, das vor Ihnen steht. VibeCaaS schickt nie einen per E-Mail, Chat oder Telefon.',
  notACode: 'Das ist kein Code.',
  notACodeTodo: 'Ein Code hat acht Buchstaben, darunter keinen Vokal. Vergleichen Sie ihn mit dem Gerät.',
  unknown: 'Diesen Code gibt es nicht.',
  unknownTodo:
    'Vielleicht ist er vertippt oder älter als zehn Minuten. Vergleichen Sie ihn mit dem Gerät, oder lassen Sie es einen neuen anzeigen.',
  tooMany: 'Zu viele falsche Codes.',
  wait: (time) => `Warten Sie ${time}, und versuchen Sie es dann erneut.`,
  orSignIn: (signIn) =>
    html`Oder ${signIn('melden Sie sich zuerst an')}: Dann halten falsche Codes anderer Sie nicht auf.`,
  confirm: {
    title: 'Ist das Ihr Gerät?',
    heading: 'Ist das das Gerät vor Ihnen?',
    mustShow: 'Es muss jetzt diesen Code zeigen',
    here: 'Angefragt aus dem Netz, in dem Sie sind.',
    hereTodo:
      'Wenn Sie das nicht gerade selbst gestartet haben, will Sie vielleicht jemand täuschen: Drücken Sie „Nein, stopp“.',
    elsewhere: 'Angefragt aus einem anderen Netz als Ihrem.',
    elsewhereTodo:
      'Bei einem Server oder bei Freunden ist das richtig. Wenn Sie das nicht gerade selbst gestartet haben, will Sie vielleicht jemand täuschen: Drücken Sie „Nein, stopp“.',
    asked: 'Angefragt',
    from: 'Von',
    by: 'Mit',
    asksFor: 'Bittet um',
    account: 'Ihr Konto',
    stop: 'Nein, stopp',
    go: 'Ja, weiter',
    nothingYet: 'Noch ist nichts erlaubt. Die nächste Seite fragt, was es darf.',
  },
  ends: {
    done: {
      title: 'Ihr Gerät ist verbunden',
      lead: 'Sie können diese Seite schließen und zu Ihrem Gerät zurückkehren. Es macht in wenigen Sekunden von selbst weiter.',
      next: 'Was es darf, sehen und beenden Sie unter den verbundenen Apps.',
    },
    stopped: {
      title: 'Abgebrochen',
      lead: 'Das Gerät bekommt nichts. Sie können diese Seite schließen.',
      next: 'Wenn Ihnen jemand den Code geschickt hat, wollte er in Ihr Konto. Er hat nichts bekommen. Geben Sie nie einen Code ein, der per E-Mail, Chat oder Telefon kam.',
    },
    expired: {
      title: 'Dieser Code ist abgelaufen',
      lead: 'Ein Code gilt zehn Minuten. Es wurde nichts erlaubt.',
      next: 'Lassen Sie das Gerät einen neuen Code anzeigen, und geben Sie diesen ein.',
    },
    used: {
      title: 'Dieser Code wurde schon benutzt',
      lead: 'Ein Code gilt einmal, in dem Browser, in dem er zuerst bestätigt wurde.',
      next: 'Wenn Sie das waren, sehen Sie auf das Gerät: Vielleicht ist es verbunden. Wenn nicht, lassen Sie es einen neuen Code anzeigen.',
    },
  },
  events: {
    confirmed: (app) => html`<b>Code eines Geräts</b> bestätigt, für ${app}`,
    denied: (app) => html`<b>Ein Gerät</b> abgewiesen, das für ${app} fragte`,
  },
  another: 'Einen anderen Code eingeben',
};
