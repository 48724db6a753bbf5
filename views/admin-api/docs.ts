import { html } from 'hono/html';
import { layout } from '../layout.ts';
import { type Html, plain, prose } from '../text.ts';

/** A field or parameter: its name, what it may be, and what it is. */
export type DocField = { name: string; form: string; required: boolean; description?: string };

export type DocOperation = {
  id: string;
  method: string;
  path: string;
  summary: string;
  description?: string;
  scopes: readonly string[];
  fields: DocField[];
  example?: string;
};

/** The admin API for readers: the content of the OpenAPI document, without a script. */
export function adminApiDocs(props: {
  title: string;
  description: string;
  base: string;
  issuer: string;
  groups: { name: string; operations: DocOperation[] }[];
}): string {
  return layout({
    title: 'Admin API · VibeCaaS',
    area: 'admin API',
    main: html`<main class="page" id="main">
  <header><div><h1>${props.title}</h1><p>${props.description}</p></div></header>
  <section class="panel" aria-labelledby="token"><div class="stack"><h2 id="token">Get a token</h2>
    <pre class="block" tabindex="0">${tokenExample(props.issuer, props.base)}</pre>
    <p class="small quiet">Every answer is <code>{"success", "data", "meta"}</code>, a refusal <code>{"success", "error", "meta"}</code> with <code>details</code> by field. The whole description for programs: <a href="/admin/v1/openapi.json">openapi.json</a>.</p></div></section>
  ${props.groups.map(group)}
</main>`,
  });
}

function tokenExample(issuer: string, base: string): string {
  return `curl -u "$CLIENT_ID:$CLIENT_SECRET" ${issuer}/oauth/token \\
  -d grant_type=client_credentials -d resource=${base} -d scope=clients:read
curl -H "Authorization: Bearer $TOKEN" ${base}/clients`;
}

function group({ name, operations }: { name: string; operations: DocOperation[] }): Html {
  return html`<section class="panel" aria-labelledby="${name}"><div><h2 id="${name}">${name[0]?.toUpperCase()}${name.slice(1)}</h2></div>
    ${operations.map(operation)}</section>`;
}

function operation(one: DocOperation): Html {
  return html`<div class="stack" id="${one.id}"><h3>${plain(one.summary)}</h3>
    <p><code>${one.method} ${one.path}</code></p>
    ${one.description && html`<p class="small quiet">${prose(one.description)}</p>`}
    <p class="small">Needs ${one.scopes.map((scope, index) => html`${index > 0 ? ' and ' : ''}<code>${scope}</code>`)}</p>
    ${one.fields.length > 0 && fields(one)}
    ${one.example && html`<pre class="block" tabindex="0">${one.example}</pre>`}</div>`;
}

function fields(one: DocOperation): Html {
  return html`<details><summary>What can be sent<span class="vh"> to ${one.id}</span></summary><dl class="receipt">${one.fields.map(
    ({ name, form, required, description }) =>
      html`<dt><code>${name}</code></dt><dd>${form}${required ? ', required' : ''}${description && html`: ${prose(description)}`}</dd>`,
  )}</dl></details>`;
}
