/** Collects what the overview of a client shows. */

import type { ClientDetail } from '../../../../views/admin/clients/index.ts';
import { m } from '../../../../views/messages/index.ts';
import { number } from '../../../../views/text.ts';
import type { Tile } from '../../../../views/tiles.ts';
import type { Config } from '../../../config/index.ts';
import { decidableFields } from '../../../policy/client/admin-decisions.ts';
import type { DocumentState } from '../../../policy/client/document-ids.ts';
import type { ClientField } from '../../../policy/client/field.ts';
import { deviceGrantType } from '../../../policy/device-codes.ts';
import { parseScope } from '../../../policy/scopes.ts';
import { type DailyStatistics, statisticsByDay, tokensOf } from '../../../policy/statistics.ts';
import { newPeopleByDay } from '../../../store/client-counts.ts';
import { listDailyStatistics, statisticsDays } from '../../../store/client-statistics.ts';
import type { Client } from '../../../store/clients.ts';
import type { Db } from '../../../store/database.ts';
import { daysWithCounts, failedTile, tokensTile } from '../tiles.ts';
import { items, labelOf } from './changes.ts';
import { fieldValues } from './field-values.ts';
import { historyOf } from './history.ts';
import { ruleInForce } from './rule-in-force.ts';

export async function clientDetail(
  db: Db,
  client: Client,
  { unverifiedPeopleLimit: limit, thirdPartyPolicy: rest }: Pick<Config, 'unverifiedPeopleLimit' | 'thirdPartyPolicy'>,
): Promise<ClientDetail> {
  const rule = await ruleInForce(db, client, rest);
  const optional = parseScope(client.optional_scope);
  return {
    ...(client.gateway_resource && { gatewayOf: client.gateway_resource }),
    authMethod: client.token_endpoint_auth_method,
    workloads: client.workload_identities,
    ...(client.owner_account_id && { ownerAccount: ownerOf(client, client.owner_account_id) }),
    says: fieldValues(client, isSaid),
    grantTypes: client.grant_types,
    required: parseScope(client.scope).filter((scope) => !optional.includes(scope)),
    optional,
    byDefault: parseScope(client.default_scope),
    ownAsks: client.first_party ? asksOf(client) : undefined,
    created: client.created_at,
    history: (await historyOf(db, client.client_id)).slice(0, 3),
    hasLogo: client.logo_hash !== null,
    ...(rule && { rule }),
    ...(isCapped(client) && { limit }),
    decisions: decisionDetails(client),
    ...(client.metadata_document && { document: documentDetail(client.metadata_document) }),
  };
}

/** The head of the page says the name, and a link leads to the owner's account. A number that was set is out of the ordinary. */
const isSaid = ({ section, setBy, question, control }: ClientField): boolean =>
  control === 'number' || (setBy === 'owner' && question !== 1 && (section === 'identity' || section === 'addresses'));

/** When an app of VibeCaaS itself asks people: where nothing proves which program it is, on a native app and on a device. */
function asksOf(client: Client): NonNullable<ClientDetail['ownAsks']> {
  if (client.type === 'native') return 'eachTime';
  return client.grant_types.includes(deviceGrantType) ? 'onDevices' : 'never';
}

/** People, tokens and failures of the last thirty days. */
export async function clientTiles(db: Db, client: Client, people: string | undefined): Promise<Tile[]> {
  const now = new Date();
  const days: DailyStatistics[] = statisticsByDay(await listDailyStatistics(db, client.client_id), now, statisticsDays);
  const tokens = tokensTile(days.map(tokensOf));
  const failed = failedTile(days);
  if (people === undefined) return [tokens, failed];
  const came = daysWithCounts(await newPeopleByDay(db, client.client_id, statisticsDays), now, statisticsDays);
  const sum = came.reduce((all, count) => all + count, 0);
  const words = m().adminSystem.tiles;
  const said = words.newPeopleSaid(statisticsDays, number(sum));
  return [
    { label: words.people, figure: people, change: words.newPeople(number(sum)), days: { counts: came, said } },
    tokens,
    failed,
  ];
}

function documentDetail(state: DocumentState): NonNullable<ClientDetail['document']> {
  const { digest, error, failed_at: failedAt } = state;
  return {
    digest,
    fetchedAt: new Date(state.fetched_at),
    freshUntil: new Date(state.fresh_until),
    ...(error && failedAt && { failed: { error, at: new Date(failedAt) } }),
  };
}

/** Fields that are given back together stand for themselves, and each button gives all of them back. */
function decisionDetails({ admin_decisions: decisions }: Client): ClientDetail['decisions'] {
  return decidableFields.flatMap((field) => {
    const decision = decisions?.[field];
    if (!decision) return [];
    const { holds, own } = decision;
    // Names in languages that neither of them uses.
    if (holds === null && own === null) return [];
    return [
      {
        field,
        label: labelOf(field),
        holds: items(field, holds),
        own: items(field, own),
        isAddress: /_uris?$/.test(field),
      },
    ];
  });
}

/** Whether the number of people is limited: people can allow the client something, and it is not verified. */
function isCapped(client: Client): boolean {
  return client.type !== 'service' && !client.first_party && client.verified_at === null;
}

const ownerOf = (client: Client, id: string) => ({ id, email: client.owner_email ?? id });
