import { html } from 'hono/html';
import type { Html } from '../../html.ts';

/** Clients whose id is the URL of a document that describes them. */
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
};
