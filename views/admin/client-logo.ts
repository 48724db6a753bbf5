import { html } from 'hono/html';
import { ownLogo } from '../app-identity.ts';
import { type Html, plain } from '../text.ts';
import { form, hidden } from './layout.ts';

/** The logo of a client, to be replaced or removed. A form of its own: a file cannot wait for a comparison. */
export function logoPanel(props: {
  csrf: string;
  path: string;
  name: string;
  logo?: string;
  problem?: string | undefined;
}): Html {
  const { csrf, path, problem } = props;
  const said = problem
    ? html`<span class="hint no" id="logo-problem" role="alert">Logo ${plain(problem)}. The logo is as it was.</span>`
    : html`<span class="hint" id="logo-hint">PNG, JPEG or WebP, at most 1 MB and 4096 pixels wide and high. Only its pixels are kept, as a square.</span>`;
  const state = problem
    ? html` aria-invalid="true" aria-describedby="logo-problem"`
    : html` aria-describedby="logo-hint"`;
  return html`<div class="panel"><section class="setting" aria-labelledby="logo-title"><header><h2 id="logo-title">Logo</h2><p>People see it when the client is verified.</p></header>
  <div class="stack">
    <p class="row">${ownLogo(props)}<span>${props.logo ? 'The logo now.' : 'No logo: two letters stand in its place.'}</span></p>
    <form class="narrow" method="post" action="${path}/logo" enctype="multipart/form-data">${hidden('csrf', csrf)}<div class="field"><label for="logo">Picture</label><input id="logo" name="logo" type="file" accept="image/png,image/jpeg,image/webp" required${state}>${said}</div>
    <p class="field"><button class="btn less">Upload the logo</button></p></form>
    ${props.logo && form({ csrf, action: `${path}/logo/remove`, content: html`<button class="btn less danger">Remove the logo</button>` })}
  </div></section></div>`;
}
