import { html } from 'hono/html';
import { layout } from '../layout.ts';
import { m } from '../messages/index.ts';
import { breakable, name } from '../text.ts';
import { ago, moment } from '../time.ts';

type OutboxMail = { name: string; to: string; subject: string; date: Date; text: string };

/** The mails of a server that has no mail server, newest first. */
export function outboxPage(props: { mails: OutboxMail[]; folder: string; now: Date }): string {
  const { mails, folder, now } = props;
  const words = m().outbox;
  return layout({
    title: `${words.title} · VibeCaaS`,
    main: html`<main class="page" id="main">
  <header><div><h1>${words.title}</h1><p>${words.lead(html`<code>${breakable(folder)}</code>`, html`<code>SMTP_URL</code>`)}</p></div></header>
  ${
    mails.length === 0
      ? html`<div class="empty"><h2>${words.none}</h2><p><a href="/reset">${words.ask}</a></p></div>`
      : html`<div class="panel"><ul class="lines" role="list">${mails.map(
          (mail) =>
            html`<li><div><a href="/outbox/${mail.name}"><b>${name(mail.subject)}</b></a><p>${name(mail.to)}</p></div><p class="small quiet"><time datetime="${mail.date.toISOString()}">${ago(mail.date, now)}</time></p></li>`,
        )}</ul></div>`
  }
</main>`,
  });
}

/** One mail as text. Its HTML is a page of its own, because it brings its own styles. */
export function outboxMailPage({ name: id, to, subject, date, text }: OutboxMail): string {
  const words = m().outbox;
  return layout({
    title: `${words.title} · VibeCaaS`,
    main: html`<main class="page" id="main">
  <header><div><p><a href="/outbox">${words.title}</a></p><h1>${name(subject)}</h1><p>${words.to(name(to), moment(date))}</p></div></header>
  <div class="panel"><pre>${linked(text)}</pre><p class="field"><a class="btn" href="/outbox/${id}/html">${words.asHtml}</a></p></div>
</main>`,
  });
}

/** The text with its links as links. */
const linked = (text: string) =>
  html`${text
    .split(/(https?:\/\/\S+)/)
    .map((part, index) => (index % 2 ? html`<a href="${part}">${part}</a>` : part))}`;
