import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** Clients that come by themselves: by the URL of a document that describes them, or by a registration. */
export const clientDocuments = {
  changed: {
    what: 'This app is not what you allowed before.',
    todo: 'Its maker has changed what it says of itself. If you do not know why, deny.',
    name: (before: Html, now: Html): Html => html`It called itself ${before}, and now calls itself ${now}.`,
    nameElsewhere: 'Its name in another language is different.',
    added: (addresses: Html, hidden: number): Html =>
      html`New addresses to which you may be sent: ${addresses}${hidden > 0 && `, and ${hidden} more`}.`,
    removed: 'Some addresses to which you could be sent are gone.',
    keys: 'It proves who it is with other keys.',
  },
  /** A client that did so by RFC 7591, on the pages of admins. */
  registeredItself: 'Registered itself',
  /** On the page of an admin. */
  admin: {
    title: 'Document',
    lead: 'This client describes itself at the address that is its id. Whoever controls that address can change it; people are asked again when its name, addresses or keys change.',
    address: 'Address',
    digest: 'Digest (SHA-256)',
    read: 'Read',
    fresh: 'Fresh until',
    wrong: 'The document can’t be used, so no new authorization begins.',
    /** What was wrong is in English in every language. */
    failed: (moment: Html, error: Html): Html => html`At ${moment}: ${error}.`,
    again: 'Read again now',
  },
  /** What admins have decided about a client that describes itself, on their page. */
  decided: {
    title: 'Decided by admins',
    lead: 'What stands here holds, whatever the client says of itself. When you give a field back, what it says counts again.',
    itself: 'It says itself',
    giveBack: 'Give back',
    none: 'nothing',
  },
};
