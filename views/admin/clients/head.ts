import { html } from 'hono/html';
import { type App, callText, isTrusted, standingTag } from '../../app-identity.ts';
import { m } from '../../messages/index.ts';
import { type SubjectTab, subject } from '../../subject.ts';
import { type Html, name } from '../../text.ts';
import { type ClientState, type ClientType, selfRegisteredTag, stateTag, typeLabel } from './states.ts';

const words = () => m().adminClients;

/** The facts about a client that the head of each of its pages shows. */
export type ClientSubject = {
  clientId: string;
  name: string;
  app: App;
  state: ClientState;
  /** A rule for apps that nobody registered blocks it, and no admin has suspended it. */
  blocked?: boolean;
  selfRegistered?: boolean;
  type: ClientType;
  owner?: string | undefined;
  /** How many people have allowed it something, in digits; undefined for a kind of client that has no users. */
  people?: string | undefined;
  /** Failed requests that are kept. */
  failures: number;
  /** Undefined for a kind of client that has no secrets. */
  secrets?: number | undefined;
};

export const clientPath = (clientId: string): string => `/admin/client/${encodeURIComponent(clientId)}`;

/** The path of each tab, below the client's address. */
const places = {
  overview: '',
  people: '/people',
  failed: '/errors',
  secrets: '/secrets',
  webhooks: '/webhooks',
  review: '/review',
  history: '/history',
  stop: '/stop',
} as const;

export type ClientPlace = keyof typeof places;

/** The head of every page about one client. */
export function clientHead(client: ClientSubject, place: ClientPlace): Html {
  const { clientId, app, type } = client;
  const path = clientPath(clientId);
  return subject({
    back: { href: '/admin/clients', label: words().clients },
    app: { name: callText(app), logo: app.logo },
    facts: html`<code>${clientId}</code> ${tag(client)} <span>${typeLabel(type)}${runBy(client)}</span>`,
    act: { href: `${path}/edit`, label: words().edit },
    tabs: tabs(client, path),
    current: `${path}${places[place]}`,
  });
}

/** A suspension is shown even for our own apps: it is what an admin must know first. */
const tag = ({ state, blocked, app, selfRegistered }: ClientSubject): Html =>
  html`${app.standing === 'own' && state !== 'suspended' ? standingTag('own') : stateTag(state, blocked)}${selfRegistered && selfRegisteredTag()}`;

function runBy({ owner, app }: ClientSubject): Html | undefined {
  if (!owner) return undefined;
  return html`${isTrusted(app) ? words().runBy(name(owner)) : words().saysBy(name(owner))}`;
}

function tabs({ people, failures, secrets }: ClientSubject, path: string): SubjectTab[] {
  const counts: Partial<Record<ClientPlace, string | false>> = {
    people: people !== '0' && (people ?? false),
    failed: failures > 0 && String(failures),
    secrets: secrets !== undefined && secrets > 0 && String(secrets),
  };
  const hidden: readonly ClientPlace[] = [
    ...(people === undefined ? (['people'] as const) : []),
    ...(secrets === undefined ? (['secrets'] as const) : []),
  ];
  return (Object.entries(places) as [ClientPlace, string][])
    .filter(([place]) => !hidden.includes(place))
    .map(([place, below]) => ({
      href: `${path}${below}`,
      label: words().places[place],
      count: counts[place] ?? false,
    }));
}
