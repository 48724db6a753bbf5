/** How a client looks: to scripts as the admin API's document, to people as lines of label and value. */
import { decidableFields } from '../policy/client/admin-decisions.ts';
import { clientDocument } from '../policy/client/document.ts';
import { clientFields, fieldNames } from '../policy/client/schema.ts';
import { clientState } from '../policy/client/state.ts';
import { phraseOf, verificationOf } from '../policy/client/verification.ts';
import { logoPath } from '../policy/logos.ts';
import type { Client } from '../store/clients.ts';
import { type Output, type Row, time } from './output.ts';

/** `secret` is printed this once, by `out.once`: only its hash is kept. */
export function printClient(out: Output, client: Client, secret?: string): void {
  const document = clientDocument(client);
  out.item(secret === undefined ? document : { client_secret: secret, ...document }, rows(client, secret));
}

export function noteSecret(out: Output): void {
  out.note('The client_secret is shown this once: only a hash of it is kept. Store it now.');
}

/** Lists take a line for each entry; what is not set is left out. */
function rows(client: Client, secret: string | undefined): Row[] {
  const shown: [string, string | readonly string[] | null][] = [
    ['client_id', client.client_id],
    ['client_secret', secret ?? null],
    ...fieldNames.map((name): [string, string | readonly string[]] => [clientFields[name].label, said(client[name])]),
    ['Logo', client.logo_hash && logoPath(client.logo_hash)],
    ['Status', client.status],
    ['State', stateOf(client)],
    ['Changed since the review', (verificationOf(client)?.changed ?? []).map(phraseOf)],
    ...documentRows(client),
    ...decisionRows(client),
    ['Created', time(client.created_at)],
    ['Updated', time(client.updated_at)],
  ];
  return shown.flatMap(([name, value]) =>
    [value ?? []].flat().flatMap((line, index): Row[] => (line === '' ? [] : [[index === 0 ? name : '', line]])),
  );
}

function documentRows({ metadata_document: document }: Client): [string, string | null][] {
  if (!document) return [];
  const { digest, fetched_at: fetched, fresh_until: end, error, failed_at: failed } = document;
  return [
    ['Document (SHA-256)', digest],
    ['Read', time(new Date(fetched))],
    ['Fresh until', time(new Date(end))],
    ['Document error', error && `The document ${error}${failed ? `, at ${time(new Date(failed))}` : ''}`],
  ];
}

function decisionRows({ admin_decisions: decisions }: Client): [string, string | readonly string[]][] {
  return decidableFields.flatMap((name): [string, string | readonly string[]][] => {
    const decision = decisions?.[name];
    if (!decision) return [];
    const own = [said(decision.own)].flat().join(', ');
    return [[`${clientFields[name].label}: an admin’s`, own === '' ? 'it says none itself' : `it says ${own} itself`]];
  });
}

/** A value for people: '' where there is nothing to say. */
function said(value: unknown): string | readonly string[] {
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one)));
  if (value === true) return 'yes';
  if (value === false || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function stateOf(client: Client): string {
  const state = clientState(client);
  const since = { draft: null, in_review: client.submitted_at, verified: client.verified_at, suspended: null }[state];
  return since ? `${state}, since ${time(since)}` : state;
}
