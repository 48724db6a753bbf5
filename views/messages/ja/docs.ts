import { html } from 'hono/html';
import type { docs as english } from '../en/docs.ts';

export const docs: typeof english = {
  title: 'ドキュメント',
  area: 'ドキュメント',
  navigation: 'ドキュメント',
  lead: 'アプリやエージェントを作る方のための英語のドキュメントです。アドレスとクライアント ID は、このサーバーとあなたのアプリのものです。',
  contents: 'このページの内容',
  asMarkdown: (overview) => html`プログラム向け: 各ページの Markdown 版は ${overview} にあります。`,
  samePage: (file) => html`このページの Markdown 版: ${file}`,
};
