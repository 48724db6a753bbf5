import { html } from 'hono/html';
import { type App, callName, appLogo } from '../app-identity.ts';
import { type Html, name } from '../text.ts';
import { type ClientState, type ClientType, stateTag, typeLabels } from './client-states.ts';

/** Who a client is, as the head of each of its pages says it. */
export type ClientSubject = {
  clientId: string;
  name: string;
  app: App;
  state: ClientState;
  type: ClientType;
  owner?: string;
  /** Already in words, since they are counted only so far; undefined where it has no people by its kind. */
  people?: string;
  /** Failed requests that are kept. */
  failures: number;
  /** Undefined where it has none by its kind. */
  secrets?: number;
};

export type ClientPlace =
  | 'Overview'
  | 'People'
  | 'Failed requests'
  | 'Secrets'
  | 'Webhooks'
  | 'Review'
  | 'History'
  | 'Stop';

export const clientPath = (clientId: string): string => `/admin/client/${encodeURIComponent(clientId)}`;

/** The head of every page about one client: the way back, who it is, and the ways between its pages. */
export function clientHead(subject: ClientSubject, place: ClientPlace): Html {
  const { clientId, app, state, type, owner } = subject;
  const by = owner && html`, ${state === 'verified' || app.standing === 'own' ? 'run by' : 'says it is by'} ${name(owner)}`;
  return html`<p class="crumb"><a href="/admin/clients">← Clients</a></p>
  <div class="app">${appLogo(app)}<div class="grow"><p class="name">${callName(app)}</p><p class="row"><code>${clientId}</code> ${app.standing === 'own' && state !== 'suspended' ? html`<span class="tag own">By VibeCaaS</span>` : stateTag(state)} <span>${typeLabels[type]}${by}</span></p></div><a class="btn" href="${clientPath(clientId)}/edit">Edit<span class="vh"> ${name(subject.name)}</span></a></div>
  ${clientTabs(subject, place)}`;
}

function clientTabs({ clientId, people, failures, secrets }: ClientSubject, place: ClientPlace): Html {
  const tabs: [path: string, label: ClientPlace, count?: string | false][] = [
    ['', 'Overview'],
    ...(people === undefined ? [] : [['/people', 'People', people !== '0' && people] as [string, ClientPlace, string | false]]),
    ['/errors', 'Failed requests', failures > 0 && String(failures)],
    ...(secrets === undefined ? [] : [['/secrets', 'Secrets', secrets > 0 && String(secrets)] as [string, ClientPlace, string | false]]),
    ['/webhooks', 'Webhooks'],
    ['/review', 'Review'],
    ['/history', 'History'],
    ['/stop', 'Stop'],
  ];
  const links = tabs.map(
    ([path, label, count]) =>
      html`<a href="${clientPath(clientId)}${path}"${label === place && html` aria-current="page"`}>${label}${count && html` <span class="n">${count}</span>`}</a>`,
  );
  return html`<nav class="tabs" aria-label="This client">${links}</nav>`;
}
