/** What an import could not bring along, and what the operator can do about it: the lines of its report. */

const advice = {
  not_an_object: 'Look at this entry in the file: the export may be damaged.',
  too_large: 'Register it by hand.',
  built_in: 'Nothing: it belongs to the other server itself.',
  unsupported_kind: 'Nothing, unless something still uses it: this server speaks OAuth 2.0 and OpenID Connect.',
  resource_server: 'Register it as a gateway: vcauth clients create --type service --gateway.',
  client_id: 'Register it with another id: vcauth clients create, and change the id in the app.',
  duplicate: 'Remove one of the two from the file.',
  client_exists:
    'Compare it with vcauth clients show. Change it by vcauth clients update, or delete it and import the file again.',
  auth_method: 'Register it with another way to authenticate: vcauth clients create --auth-method.',
  invalid: 'Mend it at the other server and export again, or register it by hand: vcauth clients create.',
  redirect_uri:
    'Add each address that the app really uses, in full: vcauth clients update ID --redirect-uri. All of them are given at once.',
  no_redirect_uri: 'Register it with the full addresses that it uses: vcauth clients create --redirect-uri.',
  no_grant_type: 'Register it with a grant type of this server, if something still uses it.',
  grant_type: 'Change the app to the authorization code with PKCE, or to client credentials.',
  scope:
    'Name what it becomes here in the file for --scopes, delete the client, and import again; or add a scope by hand.',
  no_scope: 'Name what its scopes become here in the file for --scopes, and import again.',
  field: 'Set it by hand: vcauth clients update.',
  secret_missing: 'Make one and give it to the app: vcauth clients rotate-secret.',
  secret_hash: 'Make one and give it to the app: vcauth clients rotate-secret.',
  secret_weak: 'It works, but could be guessed. Replace it soon: vcauth clients rotate-secret --keep-old-for-days.',
  secret_surplus: 'Nothing, if the app uses one of the two newest secrets; otherwise vcauth clients rotate-secret.',
  service_account: 'Nothing: the client itself was imported.',
  password_weak: 'The person chooses a new password by the link “Forgot your password?”.',
  password_unsupported: 'The person chooses a new password by the link “Forgot your password?”.',
  other_sign_in:
    'Configure the provider in UPSTREAMS; the person connects it, or trust_email connects it at the first sign-in.',
  second_step: 'The person sets it up again at /account/security.',
  line_too_long: 'Create the account by hand: vcauth accounts create.',
  unknown_field: 'Remove the field from the file.',
  not_utf8: 'Look at this entry in the file: the export may be damaged.',
  not_json: 'Look at this entry in the file: the export may be damaged.',
  invalid_field: 'Mend it at the other server and export again, or create the account by hand: vcauth accounts create.',
  admin_not_allowed: 'Make the person an admin by hand: vcauth accounts update.',
  address_taken: 'Nothing, if it is the same person: the account that exists was not changed.',
  external_id_taken: 'Nothing, if it is the same person: the account that exists was not changed.',
  account_missing: 'Import the account first, then this file again.',
  client_missing: 'Import the client first, then this file again; or nothing: the person is asked.',
  consent_exists: 'Nothing: what the person decided here counts.',
} as const;

export type Reason = keyof typeof advice;

export interface Finding {
  readonly reason: Reason;
  /** The field of ours that it is about. */
  readonly field?: string;
  /** A sentence, or the end of one that begins with the field. */
  readonly problem: string;
}

export const whatToDo = (reason: Reason): string => advice[reason];

const maxQuoted = 200;

/** Quotes an address from a file without what may be secret in it: user name, password and query. */
export function quotedAddress(address: string): string {
  const shown = address.replace(/\/\/[^/@]*@/, '//…@').replace(/[?#].*$/s, '?…');
  return JSON.stringify(shown.length > maxQuoted ? `${shown.slice(0, maxQuoted)}…` : shown);
}
