import { html } from 'hono/html';
import type { Html } from '../../html.ts';
import type { clientDocuments as english } from '../en/client-documents.ts';

export const clientDocuments: typeof english = {
  changed: {
    what: 'Diese App ist nicht mehr, was Sie erlaubt haben.',
    todo: 'Wer sie herausgibt, hat ihre Angaben geändert. Wenn Sie nicht wissen, warum, lehnen Sie ab.',
    name: (before: Html, now: Html): Html => html`Sie nannte sich ${before} und nennt sich jetzt ${now}.`,
    nameElsewhere: 'Ihr Name in einer anderen Sprache ist ein anderer.',
    added: (addresses: Html, hidden: number): Html =>
      html`Neue Adressen, an die Sie geleitet werden können: ${addresses}${hidden > 0 && ` und ${hidden} weitere`}.`,
    removed: 'Einige Adressen, an die Sie geleitet werden konnten, gibt es nicht mehr.',
    keys: 'Sie weist sich mit anderen Schlüsseln aus.',
  },
  registeredItself: 'Selbst registriert',
  /** On the page of an admin. */
  admin: {
    title: 'Dokument',
    lead: 'Dieser Client beschreibt sich unter der Adresse, die seine Kennung ist. Wer diese Adresse beherrscht, kann ihn ändern; Menschen werden neu gefragt, wenn sich Name, Adressen oder Schlüssel ändern.',
    address: 'Adresse',
    digest: 'Prüfsumme (SHA-256)',
    read: 'Gelesen',
    fresh: 'Aktuell bis',
    wrong: 'Das Dokument ist nicht verwendbar, deshalb beginnt keine neue Autorisierung.',
    /** What was wrong is in English in every language. */
    failed: (moment: Html, error: Html): Html => html`Am ${moment}: ${error}.`,
    again: 'Jetzt neu lesen',
  },

  decided: {
    title: 'Von Admins entschieden',
    lead: 'Was hier steht, gilt, was auch immer der Client von sich sagt. Geben Sie ein Feld zurück, zählt wieder, was er sagt.',
    itself: 'Er selbst sagt',
    giveBack: 'Zurückgeben',
    none: 'nichts',
  },
};
