import { html } from 'hono/html';
import { layout } from '../layout.ts';
import { breakable, name } from '../text.ts';
import { ago, moment } from '../time.ts';

type OutboxMail = { name: string; to: string; subject: string; date: Date; text: string };

/** The mails of a server that has no mail server, newest first. */
export function outboxPage(props: { mails: OutboxMail[]; folder: string; now: Date }): string {
  const { mails, folder, now } = props;
  return layout({
    title: 'Outbox · VibeCaaS',
    area: 'outbox',
    main: html`<main class="page" id="main">
  <header><div><h1>Outbox</h1><p>This server has no mail server, so its mails are files in <code>${breakable(folder)}</code>. Set <code>SMTP_URL</code> to send them.</p></div></header>
  ${
    mails.length === 0
      ? html`<div class="empty"><h2>No mails</h2><p>Ask for one: <a href="/reset">set a new password by mail</a>.</p></div>`
      : html`<div class="panel"><ul class="lines" role="list">${mails.map(
          (mail) =>
            html`<li class="item"><div><a href="/outbox/${mail.name}"><b>${name(mail.subject)}</b></a><p>${name(mail.to)}</p></div><p class="small quiet">${ago(mail.date, now)}</p></li>`,
        )}</ul></div>`
  }
</main>`,
  });
}

/** One mail as text. Its HTML is a page of its own, because it brings its own styles. */
export function outboxMailPage({ name: id, to, subject, date, text }: OutboxMail): string {
  return layout({
    title: `${subject} · VibeCaaS`,
    area: 'outbox',
    main: html`<main class="page" id="main">
  <header><div><p><a href="/outbox">Outbox</a></p><h1>${name(subject)}</h1><p>To ${name(to)}, ${moment(date)}</p></div></header>
  <p class="row"><a class="btn" href="/outbox/${id}/html">See it as HTML</a></p>
  <div class="panel"><pre class="mail-text">${linked(text)}</pre></div>
</main>`,
  });
}

/** The text with its links as links. */
const linked = (text: string) =>
  html`${text
    .split(/(https?:\/\/\S+)/)
    .map((part, index) => (index % 2 ? html`<a href="${part}">${part}</a>` : part))}`;
