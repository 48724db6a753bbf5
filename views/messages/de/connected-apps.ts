import { html } from 'hono/html';
import type { connectedApps as english } from '../en/connected-apps.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('de');

export const connectedApps: typeof english = {
  lead: 'Apps und Agenten, die für Sie handeln dürfen. Trennen Sie eine, ist ihr Zugriff binnen einer Sekunde überall beendet.',
  disconnect: 'Trennen',
  byOrganisation: 'Von Ihrer Organisation erlaubt',
  since: (day) => html`Seit dem ${day}`,
  noConnection: 'derzeit keine Verbindung',
  lastUsed: (ago) => `zuletzt genutzt ${ago}`,
  lastRenewed: (ago) => `zuletzt erneuert ${ago}`,
  lastConnected: (ago) => `zuletzt verbunden ${ago}`,
  connections: (n) => plural(n, { one: '# Verbindung', other: '# Verbindungen' }),
  disconnected: (app) => html`${app} ist getrennt.`,
  disconnectedTodo: 'Der gesamte Zugriff ist beendet. Um es rückgängig zu machen, verbinden Sie sich in der App neu.',
  stopped: 'VibeCaaS hat diese App angehalten.',
  stoppedTodo:
    'Sie kann jetzt nichts tun. Darf sie später weitermachen, gilt wieder, was Sie erlaubt haben; trennen Sie sie, wenn Sie das nicht wollen.',
  empty: 'Keine App ist verbunden',
  emptyText:
    'Wenn Sie einer App erlauben, für Sie zu handeln, steht sie hier, mit dem, was sie darf, und einem Knopf, der es beendet.',
  build: 'Selbst eine entwickeln',
};
