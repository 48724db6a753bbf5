import { html } from 'hono/html';
import { speech } from '../messages/index.ts';
import { type Html, plain } from '../text.ts';

/** What a mail says, once, for both of its parts. */
export type MailContent = {
  /** Subject and heading: what happened. */
  subject: string;
  /** The line that a list of mails shows after the subject. */
  preview: string;
  blocks: Block[];
  /** Below the sheet: why this mail came. */
  why: string;
  /** Below it: that nobody asks for a password by mail. */
  never: string;
};

export type Block =
  | { kind: 'lead'; text: string; bold?: string }
  /** Smaller: what may be skipped. */
  | { kind: 'quiet'; text: string; bold?: string }
  | { kind: 'facts'; rows: Fact[] }
  /** At most one. */
  | { kind: 'button'; label: string; href: string };

/** `code` is shown in a monospace font, after the text if there is one. */
export type Fact = { label: string; text?: string | undefined; code?: string | undefined };

export type RenderedMail = { subject: string; html: string; text: string };

const sans = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', Helvetica, Arial, sans-serif";
const mono = "ui-monospace, Menlo, Consolas, 'Noto Sans Mono', monospace";

/**
 * Both parts of a mail. HTML for mail programs: tables for the layout, styles inline, no picture and nothing to load. The
 * style block adds only what inline styles cannot say: dark colours and narrow screens.
 */
export function renderContent(content: MailContent): RenderedMail {
  const subject = plain(content.subject);
  return { subject, html: htmlPart({ ...content, subject }), text: textPart({ ...content, subject }) };
}

function textPart({ subject, blocks, why, never }: MailContent): string {
  const parts = blocks.map((block) => {
    if (block.kind === 'facts') return block.rows.map((row) => `${row.label}: ${plain(factText(row))}`).join('\n');
    if (block.kind === 'button') return `${block.label}:\n${block.href}`;
    return plain(block.bold ? `${block.bold} ${block.text}` : block.text);
  });
  return `${[subject, ...parts, '-- ', plain(why), never].join('\n\n').replace('-- \n\n', '-- \n')}\n`;
}

const factText = ({ text, code }: Fact): string => [text, code].filter((part) => part !== undefined).join(', ');

function htmlPart({ subject, preview, blocks, why, never }: MailContent): string {
  const { code, direction } = speech();
  const page = html`<!doctype html>
<html lang="${code}" dir="${direction}" xmlns="http://www.w3.org/1999/xhtml">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="supported-color-schemes" content="light dark">
  <title>${subject}</title>
  <style>
    :root { color-scheme: light dark; }
    @media (max-width: 480px) { .pad { padding: 24px 20px !important; } .edge { padding: 16px 12px !important; } }
    @media (prefers-color-scheme: dark) {
      .paper { background: #0e0f10 !important; } .sheet { background: #17181a !important; border-color: #2d2f33 !important; }
      .ink { color: #eeeeec !important; } .quiet { color: #b3b5ba !important; } .box { background: #131415 !important; border-color: #2d2f33 !important; } .top { border-color: #2d2f33 !important; }
      .btn, .mark { background: #eeeeec !important; } .btn-a, .mark { color: #17181a !important; }
    }
  </style>
</head>
<body class="paper" style="margin:0;padding:0;background:#f3f3f0;-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${plain(preview)}</div>
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f3f3f0"><tr><td class="edge" align="center" style="padding:32px 16px">
  <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px">
    <tr><td role="banner" style="padding:0 0 16px"><table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td class="mark" align="center" width="28" height="28" style="width:28px;height:28px;border-radius:7px;background:#17181a;color:#ffffff;font:700 16px/28px ${sans}" aria-hidden="true">V</td><td class="ink" style="padding-left:9px;font:600 16px/28px ${sans};color:#17181a">VibeCaaS</td></tr></table></td></tr>
    <tr><td class="sheet pad" role="main" style="padding:36px;border:1px solid #dfdfda;border-radius:10px;background:#ffffff;font-family:${sans}">
      <h1 class="ink" style="margin:0 0 16px;font-size:24px;line-height:30px;font-weight:600;letter-spacing:-.01em;color:#17181a;overflow-wrap:anywhere">${subject}</h1>${blocks.map(blockHtml)}
    </td></tr>
    <tr><td role="contentinfo" style="padding:20px 4px 0;font-family:${sans}"><p class="quiet" style="margin:0 0 6px;font-size:13px;line-height:19px;color:#4d5056;overflow-wrap:anywhere">${plain(why)}</p><p class="quiet" style="margin:0;font-size:13px;line-height:19px;color:#4d5056">${never}</p></td></tr>
  </table>
</td></tr></table>
</body>
</html>
`;
  return page.toString();
}

function blockHtml(block: Block): Html {
  switch (block.kind) {
    case 'lead':
      return html`<p class="ink" style="margin:0 0 16px;font-size:16px;line-height:24px;color:#17181a;overflow-wrap:anywhere">${block.bold && html`<b>${plain(block.bold)}</b> `}${plain(block.text)}</p>`;
    case 'quiet':
      return html`<p class="quiet" style="margin:0 0 16px;font-size:14px;line-height:21px;color:#4d5056;overflow-wrap:anywhere">${block.bold && html`<b class="ink" style="color:#17181a">${plain(block.bold)}</b> `}${plain(block.text)}</p>`;
    case 'facts':
      return html`<table cellpadding="0" cellspacing="0" border="0" width="100%" class="box" style="margin:0 0 24px;border:1px solid #dfdfda;border-radius:6px;background:#fafaf8;border-collapse:separate">${block.rows.map(factHtml)}</table>`;
    case 'button':
      return html`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 24px"><tr><td class="btn" style="border-radius:6px;background:#17181a"><a href="${block.href}" class="btn-a" style="display:inline-block;padding:12px 22px;font:600 16px/20px ${sans};color:#ffffff;text-decoration:none">${block.label}</a></td></tr></table>`;
  }
}

/** What fits into a line of a phone stays in one. */
const unbroken = (code: string): string => (code.length <= 24 ? ';white-space:nowrap' : '');

function factHtml({ label, text, code }: Fact, index: number): Html {
  const [top, line] = index === 0 ? ['', ''] : [' top', ';border-top:1px solid #dfdfda'];
  const shown =
    code !== undefined &&
    html`<span style="font-family:${mono};font-size:13px${unbroken(code)}" dir="ltr">${plain(code)}</span>`;
  return html`<tr><th scope="row" align="left" valign="top" class="quiet${top}" style="width:112px;padding:10px 8px 10px 16px;font:400 13px/20px ${sans};color:#4d5056${line}">${label}</th><td valign="top" class="ink${top}" style="padding:10px 16px 10px 8px;font:400 14px/20px ${sans};color:#17181a;overflow-wrap:anywhere${line}">${text !== undefined && plain(text)}${text !== undefined && code !== undefined && ', '}${shown}</td></tr>`;
}
