import { html } from 'hono/html';
import type { Html } from '../text.ts';
import { type ClientType, typeLabels } from './client-states.ts';
import { type AdminFrame, adminLayout } from './layout.ts';

/** What a type of client gets unless somebody says otherwise. */
export type TypeDefaults = { type: ClientType; grantTypes: string[]; authMethod: string };

const descriptions: Readonly<Record<ClientType, string>> = {
  web: 'Has a server of its own that can keep a secret.',
  spa: 'Runs in a browser. Whatever it knows, everybody knows, so it has no secret.',
  native: 'Runs on people’s devices: desktop, phone, command line.',
  service: 'A program that acts for itself, with nobody signed in. A gateway is one.',
};

/** The first step of a registration: what the client is, and what follows from that. */
export function clientTypesPage(props: { frame: AdminFrame; types: TypeDefaults[] }): string {
  return adminLayout({
    frame: props.frame,
    title: 'Register a client',
    tab: 'clients',
    head: html`<div><h1>Register a client</h1><p>What is it? That decides what is safe for it, and it can’t be changed later.</p></div>`,
    content: html`<div class="panel">${props.types.map(choice)}</div>`,
  });
}

function choice({ type, grantTypes, authMethod }: TypeDefaults): Html {
  const label = typeLabels[type];
  return html`<section class="setting"><header><h2>${label}</h2><p>${descriptions[type]}</p></header>
    <div class="stack"><dl class="receipt"><dt>Grant types</dt><dd>${codes(grantTypes)}</dd><dt>Authentication</dt><dd><code>${authMethod}</code></dd><dt>Always</dt><dd>${type === 'service' ? 'Short-lived tokens' : html`PKCE with <code>S256</code>, exact redirect URIs`}</dd></dl>
    <p><a class="btn less" href="/admin/clients/new?type=${type}">Register a ${type === 'spa' ? 'single-page app' : `${label.toLowerCase()} client`}</a></p></div></section>`;
}

const codes = (words: string[]): Html => html`${words.map((word, i) => html`${i > 0 && ' '}<code>${word}</code>`)}`;
