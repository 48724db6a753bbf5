/**
 * What the account that owns a client may change of it without an admin. Pure. The rest of a registration decides what the client can
 * do (scopes, grant types, gateway, first-party) or who answers for it, and stays with admins.
 */
import { type FieldsWith, fieldsWhere } from './schema.ts';

/** The fields of a registration that its owner edits. A change of what people read, or of where codes go, may reopen the review. */
export const fieldsOfOwner = fieldsWhere<FieldOfOwner>(({ setBy }) => setBy === 'owner');

export type FieldOfOwner = FieldsWith<'setBy', 'owner'>;

/** What stands in an owner's way, for the sentence "… is changed by an admin". */
export type OwnerBar = 'suspended' | 'first_party' | 'gateway';

interface OwnedClient {
  readonly status: 'active' | 'disabled' | 'blocked';
  readonly first_party: boolean;
  readonly gateway_resource: string | null;
}

/**
 * Why the owner may not edit the registration or submit it for review; undefined where they may. People are never asked whether a
 * first-party client may act for them, so its redirect URIs decide who gets their codes.
 */
export function ownerBar({
  status,
  first_party: firstParty,
  gateway_resource: gateway,
}: OwnedClient): OwnerBar | undefined {
  if (status !== 'active') return 'suspended';
  if (firstParty) return 'first_party';
  return gateway === null ? undefined : 'gateway';
}
