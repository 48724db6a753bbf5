import { html } from 'hono/html';
import { type Html, name } from '../text.ts';

const places = [
  ['', 'Overview'],
  ['/insight', 'Insight'],
  ['/errors', 'Failed requests'],
  ['/webhooks', 'Webhooks'],
] as const;

type Place = (typeof places)[number][1];

export const clientPath = (clientId: string): string => `/admin/client/${encodeURIComponent(clientId)}`;

/** The ways between the pages of one client; the last thing in the head of each. */
export function clientNav(clientId: string, place: Place): Html {
  const links = places.map(
    ([path, label]) =>
      html`<a href="${clientPath(clientId)}${path}"${label === place && html` aria-current="page"`}>${label}</a>`,
  );
  return html`<nav class="tabs" aria-label="This client">${links}</nav>`;
}

/** The head of a page about one side of a client. `act` stands beside it. */
export function clientHead(props: {
  client: { clientId: string; name: string };
  place: Place;
  title: Html;
  lead?: Html;
  act?: Html | false;
}): Html {
  const { client, lead } = props;
  return html`<div><p><a href="${clientPath(client.clientId)}">${name(client.name)}</a></p>${props.title}${lead && html`<p>${lead}</p>`}</div>
  ${props.act}${clientNav(client.clientId, props.place)}`;
}
