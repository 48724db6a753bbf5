import { html } from 'hono/html';
import { ownLogo } from '../../app-identity.ts';
import { plain } from '../../text.ts';
import { actPage } from '../act.ts';
import { type AdminFrame, adminLayout, hidden } from '../layout.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

/**
 * Replaces or removes the logo of a client. A page of its own, because a file cannot wait while changes are compared.
 */
export function clientLogoPage(props: { frame: AdminFrame; subject: ClientSubject; problem?: string }): string {
  const { frame, subject, problem } = props;
  const path = clientPath(subject.clientId);
  const { logo } = subject.app;
  const said = problem
    ? html`<span class="hint no" id="logo-problem" role="alert">Logo ${plain(problem)}. The logo is as it was.</span>`
    : html`<span class="hint" id="logo-hint">PNG, JPEG or WebP, at most 1 MB and 4096 pixels wide and high. Only its pixels are kept, as a square.</span>`;
  const state = problem
    ? html` aria-invalid="true" aria-describedby="logo-problem"`
    : html` aria-describedby="logo-hint"`;
  return adminLayout({
    frame,
    title: `Logo of ${subject.name}`,
    tab: 'clients',
    refused: problem !== undefined,
    subject: clientHead(subject, 'Overview'),
    content: html`<div class="panel"><section class="setting" aria-labelledby="logo-title"><header><h2 id="logo-title">Logo</h2><p>People see it when the client is verified. Another one is reviewed again.</p></header>
  <div class="stack">
    <p class="row">${ownLogo({ name: subject.name, ...(logo && { logo }) })}<span>${logo ? 'The logo now.' : 'No logo: two letters stand in its place.'}</span></p>
    <form class="narrow" method="post" action="${path}/logo" enctype="multipart/form-data">${hidden('csrf', frame.csrf)}<div class="field"><label for="logo">Picture</label><input id="logo" name="logo" type="file" accept="image/png,image/jpeg,image/webp" required${state}>${said}</div>
    <p class="field"><button class="btn less">Upload the logo</button></p></form>
    ${logo && html`<p><a class="btn less danger" href="${path}/logo/remove">Remove the logo</a></p>`}
  </div></section></div>`,
  });
}

/** What people see without the logo, and the button. */
export function logoRemovalPage(props: {
  frame: AdminFrame;
  subject: ClientSubject;
  /** How many people allowed the app something, in words; undefined when nobody did. */
  people: string | undefined;
  reason: string;
  problem?: string;
}): string {
  const { frame, subject, people, reason, problem } = props;
  const path = `${clientPath(subject.clientId)}/logo`;
  return actPage({
    frame,
    tab: 'clients',
    subject: clientHead(subject, 'Overview'),
    problems: problem ? { reason: problem } : {},
    reason,
    act: {
      title: `Remove the logo of ${subject.name}`,
      heading: html`Remove the logo?`,
      effects: [
        html`Two letters stand in its place on every page, at once. ${people === undefined ? 'Nobody has allowed the app anything.' : `It is allowed something by ${people}, who may know it by its logo.`}`,
        html`The picture is deleted: to have it again, it must be uploaded again.`,
      ],
      button: 'Remove the logo',
      action: `${path}/remove`,
      back: path,
    },
  });
}
