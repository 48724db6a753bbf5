/**
 * Documents as HTML, each made once: it takes milliseconds, and anybody may ask for any page as often as they like. Only the
 * client id differs between readers.
 */
import { exampleClientId, fill, type Reader } from './fill.ts';
import { type Rendered, render } from './render.ts';

export type Pages = (name: string, markdown: string, clientId: string | undefined) => Rendered;

export function createPages(addresses: Omit<Reader, 'clientId'>): Pages {
  const kept = new Map<string, Rendered>();
  return (name, markdown, clientId) => {
    let page = kept.get(name);
    if (!page) {
      page = render(fill(markdown, { ...addresses, clientId: undefined }));
      kept.set(name, page);
    }
    if (clientId === undefined) return page;
    // A client id has no character that HTML would take for something else, see `clientIdFrom`.
    return { ...page, html: page.html.replaceAll(exampleClientId, () => clientId) };
  };
}
