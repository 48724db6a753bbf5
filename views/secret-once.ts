import { html, raw } from 'hono/html';
import * as icons from './icons.ts';
import { m } from './messages/index.ts';
import type { Html } from './text.ts';

export type Fact = readonly [name: string, fact: Html];

/** A line for the app's environment file. */
export type EnvLine = readonly [name: string, value: string];

/**
 * A secret on the only page that shows it. A script shows the copy buttons; without scripts, people select the text.
 * The content security policy of the page has to allow `copyScript`.
 */
export function secretOnce(props: {
  what: string;
  secret: string;
  /** The server keeps the secret itself, to sign with it, and not only a fingerprint. */
  sealed?: boolean;
  facts: readonly Fact[];
  env: readonly EnvLine[];
}): Html {
  const { what, secret, facts, env } = props;
  return html`<div class="once" role="status"><p><b>${what}</b> ${props.sealed ? m().secretOnce.copyNowSealed : m().secretOnce.copyNow}</p>
  <div class="value"><code id="secret">${secret}</code>${copyButton('secret', m().secretOnce.theSecret)}</div>
  ${facts.length > 0 && receipt(facts)}
  ${env.length > 0 && html`<figure class="pane"><figcaption><span>.env</span>${copyButton('env', m().secretOnce.theEnv)}</figcaption><pre id="env">${env.map(([name, value]) => `${name}=${value}`).join('\n')}</pre></figure>`}</div>`;
}

/** Facts beside their names. */
export const receipt = (facts: readonly Fact[]): Html =>
  html`<dl class="receipt">${facts.map(([name, fact]) => html`<dt>${name}</dt><dd>${fact}</dd>`)}</dl>`;

/** Belongs at the end of the page that shows the secret. */
export const copyButtons = (): Html => html`<script>${raw(copyScript)}</script>`;

/** Hidden until the script shows it. */
const copyButton = (of: string, what: string): Html =>
  html`<button class="btn less" type="button" data-copy="${of}" hidden>${icons.copy}<span data-said aria-live="polite" data-copied="${m().secretOnce.copied}">${m().secretOnce.copy}</span><span class="vh"> ${what}</span></button>`;

/** Shows the copy buttons and handles their clicks. */
export const copyScript = `for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    const said = button.querySelector('[data-said]');
    said.textContent = said.dataset.copied;
  });
}`;
