/** Generates docs/configuration.md from the table of settings, so that it is always up to date. */

import { gatewaySettings } from './gateway.ts';
import { settings } from './index.ts';

/** Returns the whole Markdown file. `npm run --silent config-docs > docs/configuration.md` updates it. */
export function configurationMarkdown(): string {
  return `${introduction}\n${rowsOf(settings)}\n${rules}${gatewayIntroduction}\n${rowsOf(gatewaySettings)}\n`;
}

interface Documented {
  readonly name: string;
  readonly default?: unknown;
  readonly defaultDoc?: string;
  readonly doc: string;
}

function rowsOf(table: Readonly<Record<string, Documented>>): string {
  const rows = Object.values(table).map((setting) => {
    const shown = setting.defaultDoc ?? (setting.default === undefined ? 'none' : `\`${setting.default}\``);
    return `| \`${setting.name}\` | ${shown} | ${setting.doc} |`;
  });
  return rows.join('\n');
}

const introduction = `# Configuration

<!-- Generated from the tables in src/config: npm run --silent config-docs > docs/configuration.md -->

The server is configured only by environment variables. None is required to try it on your own machine. An empty variable
counts as unset. All problems are reported at once, by name, before the server listens.

| name | default | meaning |
|---|---|---|`;

const rules = `
## Rules between them

- \`PORT=0\` needs \`ISSUER\`.
- \`DATABASE_URL\` needs \`SECRETS\`: every process that shares a database must share its secrets.
- \`DATABASE_DIRECT_URL\` and \`DATABASE_REPLICA_URL\` need \`DATABASE_URL\`.
- An \`https://\` issuer needs \`DATABASE_URL\`: the embedded database and its demo account are for localhost only.
- \`RATE_LIMITS=off\` needs an \`http://\` issuer on localhost.
- \`DOCS_URL\`, \`SUPPORT_URL\`, \`PRIVACY_URL\` and \`TERMS_URL\` may be \`http://\` only with an \`http://\` issuer.
- \`ACCOUNTS_UPSTREAM\` must name one of \`UPSTREAMS\`, with \`"trust_email": true\`. Issuers of \`UPSTREAMS\` may be \`http://\` only on
  localhost, with an \`http://\` issuer.
- \`METRICS_PORT\` must differ from \`PORT\`.

## A production example

\`\`\`sh
ISSUER=https://auth.example.com
DATABASE_URL=postgresql://vcauth:…@db.internal:5432/vcauth
SECRETS=…        # openssl rand -hex 32
API_RESOURCE=https://api.example.com
TRUST_PROXY=true # only behind a proxy that sets X-Forwarded-* itself
\`\`\`
`;

const gatewayIntroduction = `
## The reference gateway

\`npm run gateway\` reads these; see [gateway.md](gateway.md).

| name | default | meaning |
|---|---|---|`;
