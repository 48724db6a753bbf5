import { html } from 'hono/html';
import { ownLogo } from '../../app-identity.ts';
import { m } from '../../messages/index.ts';
import type { Html } from '../../text.ts';
import { actPage } from '../act.ts';
import { type Problem, problemAfter } from '../fields.ts';
import { type AdminFrame, adminLayout, hidden } from '../layout.ts';
import { type ClientSubject, clientHead, clientPath } from './head.ts';

const words = () => m().adminClientActs.logo;

/**
 * Replaces or removes the logo of a client. A page of its own, because a file cannot wait while changes are compared.
 */
export function clientLogoPage(props: { frame: AdminFrame; subject: ClientSubject; problem?: Problem }): string {
  const { frame, subject, problem } = props;
  const path = clientPath(subject.clientId);
  const { logo } = subject.app;
  const said = problem
    ? html`<span class="hint no" id="logo-problem" role="alert">${problemAfter(words().heading, problem)} ${words().asItWas}</span>`
    : html`<span class="hint" id="logo-hint">${words().hint}</span>`;
  const state = problem
    ? html` aria-describedby="logo-problem" aria-invalid="true" autofocus`
    : html` aria-describedby="logo-hint"`;
  return adminLayout({
    frame,
    title: words().title(subject.name),
    tab: 'clients',
    refused: problem !== undefined,
    subject: clientHead(subject, 'overview'),
    content: html`<div class="panel"><section class="setting" aria-labelledby="logo-title"><header><h2 id="logo-title">${words().heading}</h2><p>${subject.app.standing === 'own' ? words().leadOwn : words().lead}</p></header>
  <div class="stack">
    <p class="row">${ownLogo({ name: subject.name, ...(logo && { logo }) })}<span>${logo ? words().now : words().none}</span></p>
    <form class="narrow" method="post" action="${path}/logo" enctype="multipart/form-data">${hidden('csrf', frame.csrf)}<div class="field"><label for="logo">${words().picture}</label><input id="logo" name="logo" type="file" accept="image/png,image/jpeg,image/webp" required${state}>${said}</div>
    <p class="field"><button class="btn less">${words().upload}</button></p></form>
    ${logo && html`<p><a class="btn less danger" href="${path}/logo/remove">${words().remove}</a></p>`}
  </div></section></div>`,
  });
}

/** What changes for people: only those of a verified app see its logo, and without it the app is reviewed again. */
function seenWithout({ app: { standing } }: ClientSubject, people: number): Html[] {
  if (standing === 'own') return [html`${words().leadOwn}`];
  if (standing !== 'verified') return [html`${words().unseen}`];
  const { reopens, reopensTodo } = m().yourApps.change;
  return [
    html`${words().letters} ${people === 0 ? words().nobody : words().allowedBy(m().adminClientActs.stop.people(people))}`,
    html`${reopens} ${reopensTodo}`,
  ];
}

/** What people see without the logo, and the button. */
export function logoRemovalPage(props: {
  frame: AdminFrame;
  subject: ClientSubject;
  /** How many people allowed the app something. */
  people: number;
  reason: string;
  problem?: Problem;
}): string {
  const { frame, subject, people, reason, problem } = props;
  const path = `${clientPath(subject.clientId)}/logo`;
  return actPage({
    frame,
    tab: 'clients',
    subject: clientHead(subject, 'overview'),
    problems: problem ? { reason: problem } : {},
    reason,
    act: {
      title: words().removeTitle(subject.name),
      heading: html`${words().question}`,
      effects: [...seenWithout(subject, people), html`${words().gone}`],
      button: words().remove,
      action: `${path}/remove`,
      back: path,
    },
  });
}
