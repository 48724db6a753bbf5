/** Pages of the documentation, with what a document may contain. */
import { render } from '../../src/web/docs/render.ts';
import { docsIndexPage, docsPage } from '../../views/docs/index.ts';

const documents = [
  { name: 'auth', title: 'For agents', summary: 'How a program that nobody registered gets access.' },
  { name: 'webhooks', title: 'Webhooks', summary: 'Events that this server sends to an app.' },
];
const text = `# Access for agents

A [link](auth.md#one), \`code\` and **more**.

## One

- a list
  - in a list

\`\`\`sh
curl -s https://auth.example/oauth/token -d grant_type=authorization_code -d code=$CODE -d code_verifier=$VERIFIER | jq .
\`\`\`

### Two

| error | reason |
|---|---|
| \`invalid_grant\` | the code was used |

## Three

1. first

## Four
`;

export const docsPages = () => ({
  'the documentation': docsIndexPage({ documents }),
  'a page of the documentation': docsPage({ documents, name: 'auth', ...render(text) }),
});
