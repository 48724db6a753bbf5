/** The servers from which an import can come. */
import { auth0 } from './auth0.ts';
import { hydra } from './hydra.ts';
import { keycloak } from './keycloak.ts';
import { logto } from './logto.ts';
import type { Source, SourceName } from './source.ts';

export const sources: Readonly<Record<SourceName, Source>> = { keycloak, hydra, auth0, logto };
