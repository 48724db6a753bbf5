import { html } from 'hono/html';
import * as icons from '../icons.ts';
import { note } from '../note.ts';
import { type Html, listed, name } from '../text.ts';
import { logoPanel } from './client-logo.ts';
import { reopensNote } from './client-reviewed.ts';
import { type ClientType, typeLabels } from './client-states.ts';
import { areaField, boxes, type Choice, checkbox, type Problems, selectField, textField } from './fields.ts';
import { type AdminFrame, adminLayout, form, hidden } from './layout.ts';

/** What stands in the form: as it was typed, lists with an item a line. */
export type ClientFormValues = {
  client_name: string;
  description: string;
  owner_name: string;
  owner_email: string;
  client_uri: string;
  policy_uri: string;
  tos_uri: string;
  contacts: string;
  redirect_uris: string;
  post_logout_redirect_uris: string;
  allowed_origins: string;
  token_endpoint_auth_method: string;
  id_token_signed_response_alg: string;
  jwks: string;
  jwks_uri: string;
  gateway_resource: string;
  scope: string[];
  optional_scope: string[];
  default_scope: string[];
  first_party: boolean;
  client_credentials: boolean;
};

/** What a type may be. */
export type ClientFormRules = {
  type: ClientType;
  people: boolean;
  authMethods: string[];
  scopes: string[];
  actsForItself: boolean;
};

/** Another app that a name could be taken for. */
export type LookAlike = { clientId: string; name: string };

type Props = {
  frame: AdminFrame;
  rules: ClientFormRules;
  values: ClientFormValues;
  problems: Problems;
  /** Hidden fields. */
  kept: Record<string, string>;
  /** Above the fields. */
  notes?: Html[];
};

/** Registers a client of one type. */
export function newClientPage(props: Props): string {
  const { rules } = props;
  return adminLayout({
    frame: props.frame,
    title: 'Register a client',
    tab: 'clients',
    head: html`<div><h1>Register a client</h1><p>${typeLabels[rules.type]}. Everything is set to what is safe for it; <a href="/admin/clients/new">choose another type</a>.</p></div>`,
    content: clientForm(props, '/admin/clients', 'Register'),
  });
}

/** Changes a client; what is sent is compared before it is saved. */
export function editClientPage(
  props: Props & { clientId: string; name: string; logo?: string; verified: boolean },
): string {
  const path = `/admin/client/${encodeURIComponent(props.clientId)}`;
  return adminLayout({
    frame: props.frame,
    title: `Edit ${props.name}`,
    tab: 'clients',
    head: html`<div><h1>Edit ${name(props.name)}</h1><p><code>${props.clientId}</code> · <a href="${path}">back without changes</a></p></div>`,
    content: html`${props.verified && reopensNote()}${clientForm(props, `${path}/edit`, 'Compare before saving')}
${logoPanel({ ...props, csrf: props.frame.csrf, path, problem: props.problems.logo })}`,
  });
}

/** A name that people could mistake for another: a warning, not a refusal. */
export function lookAlikeNote(alikes: LookAlike[]): Html | undefined {
  if (alikes.length === 0) return undefined;
  const apps = alikes.map(
    (one) => html`<a href="/admin/client/${encodeURIComponent(one.clientId)}">${name(one.name)}</a>`,
  );
  return note({
    kind: 'warn',
    icon: icons.warning,
    what: html`This name looks like ${listed(apps)}, which is verified.`,
    todo: 'People would take one for the other. Go on only if both have the same owner.',
    role: 'alert',
  });
}

function clientForm({ frame, rules, values, problems, kept, notes = [] }: Props, action: string, button: string): Html {
  const wrong = Object.keys(problems).length;
  return html`${wrong > 0 && problemsNote(wrong)}${notes}
${form({
  csrf: frame.csrf,
  action,
  content: html`${Object.entries(kept).map(([key, value]) => hidden(key, value))}<div class="panel">
${section('Who it is', 'People read the name on every page that asks them.', identity(values, problems))}
${rules.people && section('Where it may send people', 'Compared character by character. https, or http on localhost.', addresses(values, problems))}
${section('How it proves itself', 'At the token endpoint.', proof(rules, values, problems))}
${section('What it may ask for', 'A ceiling: a request for more is refused.', scopes(rules, values, problems))}
<div class="row"><button class="btn solid">${button}</button></div></div>`,
})}`;
}

function section(title: string, lead: string, content: Html): Html {
  return html`<section class="setting"><header><h2>${title}</h2><p>${lead}</p></header><div>${content}</div></section>`;
}

function problemsNote(n: number): Html {
  const what = n === 1 ? 'One field is not right yet.' : `${n} fields are not right yet.`;
  return note({
    kind: 'bad',
    icon: icons.wrong,
    what,
    todo: 'Nothing was saved. What you typed is still here.',
    role: 'alert',
  });
}

function identity(values: ClientFormValues, problems: Problems): Html {
  const text = (name: keyof ClientFormValues, label: string, hint?: string) =>
    textField({ name, label, value: values[name] as string, problem: problems[name], ...(hint && { hint }) });
  return html`${text('client_name', 'Name')}
${text('description', 'What it is for', 'A sentence or two. People read it once the client is verified.')}
${text('owner_name', 'Run by', 'A company or a person.')}
${text('owner_email', 'Owner’s account', 'The email address of somebody who can sign in here.')}
${text('client_uri', 'Homepage')}
${text('policy_uri', 'Privacy policy')}
${text('tos_uri', 'Terms')}
${areaField({ name: 'contacts', label: 'Contacts', value: values.contacts, rows: 2, hint: 'Email addresses, one a line.', problem: problems.contacts })}
${checkbox({ name: 'first_party', value: 'yes', label: 'VibeCaaS’s own', checked: values.first_party, hint: 'People are not asked whether it may.' })}`;
}

function addresses(values: ClientFormValues, problems: Problems): Html {
  return html`${areaField({ name: 'redirect_uris', label: 'Redirect URIs', value: values.redirect_uris, hint: 'One a line, at most 20.', problem: problems.redirect_uris })}
${areaField({ name: 'post_logout_redirect_uris', label: 'After signing out', value: values.post_logout_redirect_uris, rows: 2, hint: 'One a line.', problem: problems.post_logout_redirect_uris })}
${areaField({ name: 'allowed_origins', label: 'Further origins of its scripts', value: values.allowed_origins, rows: 2, hint: html`One a line, such as <code>capacitor://localhost</code>. The origins of its redirect URIs are allowed anyway; only a client without a secret needs any.`, problem: problems.allowed_origins })}`;
}

function proof(rules: ClientFormRules, values: ClientFormValues, problems: Problems): Html {
  const choices = rules.authMethods.map((value) => ({ value, label: methodLabels[value] ?? value }));
  const method = values.token_endpoint_auth_method;
  return html`${selectField({ name: 'token_endpoint_auth_method', label: 'Authentication', value: method, choices, problem: problems.token_endpoint_auth_method })}
${rules.authMethods.includes('private_key_jwt') && keys(values, problems)}
${rules.actsForItself && checkbox({ name: 'client_credentials', value: 'yes', label: html`Also acts for itself (<code>client_credentials</code>)`, checked: values.client_credentials })}
${rules.people && selectField({ name: 'id_token_signed_response_alg', label: 'ID tokens signed by', value: values.id_token_signed_response_alg, choices: algorithmChoices, hint: html`Libraries that expect <code>RS256</code> unless told otherwise: openid-client 5, next-auth 4.`, problem: problems.id_token_signed_response_alg })}
${problems.grant_types && html`<p class="hint no" role="alert">Grant types ${problems.grant_types}.</p>`}
${rules.type === 'service' && textField({ name: 'gateway_resource', label: 'Gateway of', value: values.gateway_resource, hint: 'The resource whose tokens it may introspect; empty for none.', problem: problems.gateway_resource })}`;
}

function keys(values: ClientFormValues, problems: Problems): Html {
  return html`${textField({ name: 'jwks_uri', label: 'Address of its public keys', value: values.jwks_uri, hint: html`For <code>private_key_jwt</code>: this, or the keys themselves.`, problem: problems.jwks_uri })}
${areaField({ name: 'jwks', label: 'Public keys', value: values.jwks, hint: 'A JSON Web Key Set.', problem: problems.jwks })}`;
}

function scopes({ scopes: all, people }: ClientFormRules, values: ClientFormValues, problems: Problems): Html {
  const choices: Choice[] = all.map((scope) => ({ value: scope, label: scope }));
  const rows = (name: 'scope' | 'optional_scope' | 'default_scope', label: string, hint?: string) =>
    boxes({ name, label, choices, checked: values[name], problem: problems[name], ...(hint && { hint }) });
  return html`${rows('scope', 'At most')}
${people && rows('optional_scope', 'What people may leave out', 'Boxes on the consent page, empty at first.')}
${people && rows('default_scope', 'When it names none', 'Never more than it needs to begin.')}`;
}

const algorithmChoices: Choice[] = ['ES256', 'RS256'].map((value) => ({ value, label: value }));

const methodLabels: Readonly<Record<string, string>> = {
  none: 'None, it can keep no secret (PKCE alone)',
  client_secret_basic: 'Secret, in the Authorization header',
  client_secret_post: 'Secret, in the body',
  private_key_jwt: 'Its own key (private_key_jwt)',
};
