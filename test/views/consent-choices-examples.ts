/** The consent page of an app that came by itself, and what its person sees later. */
import { accountAppsPage } from '../../views/account/apps.ts';
import type { App } from '../../views/app-identity.ts';
import type { ConsentProps } from '../../views/oauth/consent.ts';
import type { ConsentChoices } from '../../views/oauth/consent-choices.ts';

const choices: ConsentChoices = {
  readOnly: true,
  durations: ['3600', '86400', '2592000', 'until'],
  duration: '2592000',
  whole: true,
  renews: true,
};

/** A first request of an app on this computer. */
export const askedByAgent: Partial<ConsentProps> = {
  required: [],
  optional: ['projects:read', 'deployments:read', 'projects:write', 'deployments:write', 'ai:generate'],
  ticked: ['projects:read', 'deployments:read'],
  redirectUri: 'http://127.0.0.1:49231/callback',
  choices,
};

/** A request for more, by an app that has access until `until`. */
export const askedForMore = (until: Date | null, since: Date): Partial<ConsentProps> => ({
  required: [],
  optional: ['projects:write', 'ai:generate'],
  ticked: [],
  before: { granted: ['projects:read'], refused: [], since, requested: [] },
  choices: { ...choices, readOnly: undefined, duration: '86400', whole: false, until },
});

/** The connected apps of a person: one has access until a day, the other's has ended. */
export function appsThatEnd(app: App, ended: App, now: Date): string {
  const since = new Date(now.getTime() - 20 * 86_400_000);
  const at = (days: number) => new Date(now.getTime() + days * 86_400_000);
  const common = { granted: ['projects:read'], since, lastConnected: since };
  return accountAppsPage({
    csrf: 'csrf-value',
    email: 'demo@vibecaas.localhost',
    apps: [
      {
        ...common,
        app,
        clientId: app.clientId,
        connections: 1,
        endsAt: at(10),
        byOrganisation: ['projects:read', 'projects:write'],
      },
      {
        ...common,
        app: ended,
        clientId: ended.clientId,
        connections: 0,
        endsAt: at(-2),
        granted: [],
        byOrganisation: ['projects:read'],
      },
    ],
    now,
  });
}
