import { html } from 'hono/html';
import type { adminApiKeys as english } from '../en/admin-api-keys.ts';

export const adminApiKeys: typeof english = {
  title: 'API-Schlüssel',
  lead: 'Die Schlüssel für die eigenen Programme der Leute. Hier werden sie gefunden, auf Netze begrenzt und widerrufen; nur ihr Inhaber erstellt welche.',
  search: 'Inhaber, Schlüssel oder seine letzten vier Zeichen',
  searchHint:
    'Eine E-Mail-Adresse, eine Kontonummer, die Kennung eines Schlüssels, 9u2T oder ein ganzer Schlüssel, den jemand gefunden hat. Er kommt in keine Adresse.',
  find: 'Suchen',
  nothing: 'Kein solcher Schlüssel',
  nothingWhy: (sought) => html`Zu ${sought} ist nichts zu finden. Beendete Schlüssel stehen hier 90 Tage lang.`,
  again: 'Neu suchen',
  caption: 'Schlüssel',
  key: 'Schlüssel',
  keyLead: 'Wem er gehört und was er darf. Den Schlüssel selbst sieht niemand.',
  networksLead: 'Die Netze, aus denen er funktioniert. Der Inhaber bekommt eine E-Mail, wenn sie sich ändern.',
  networksReason: 'Erforderlich, wenn der Schlüssel danach aus mehr Netzen funktioniert als jetzt. Andere lesen ihn.',
  id: 'Kennung',
  owner: 'Inhaber',
  may: 'Darf',
  lastUse: 'Zuletzt verwendet',
  never: 'nie',
  state: 'Ende',
  show: 'Seine Schlüssel zeigen',
  revoke: (key) => html`${key} widerrufen?`,
  revokeText: (key) => `${key} widerrufen?`,
  whose: (key, owner) => html`${key} gehört ${owner}.`,
  effect:
    'Jedes Programm, das ihn verwendet, wird innerhalb einer Sekunde überall abgelehnt. Das lässt sich nicht rückgängig machen.',
  told: 'Der Inhaber bekommt eine E-Mail.',
};
