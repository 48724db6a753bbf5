/**
 * The shortest program that sends a person here, with the npm package `openid-client`. The library refuses plain http
 * by default, so the lines for a local issuer allow it.
 */
export function connectLines(issuer: string): string {
  const insecure = issuer.startsWith('http:')
    ? ', undefined, undefined, { execute: [client.allowInsecureRequests] }'
    : '';
  return `import * as client from 'openid-client'
const server = await client.discovery(new URL('${issuer}'), 'your-client-id'${insecure})
const verifier = client.randomPKCECodeVerifier()
const pkce = { code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }
const url = client.buildAuthorizationUrl(server, { redirect_uri: 'https://your.app/callback', scope: 'projects:read', ...pkce })`;
}

/** The first line alone, for where there is little room. */
export function discoveryLines(issuer: string): string {
  const insecure = issuer.startsWith('http:') ? ', undefined, undefined,\n  { execute: [allowInsecureRequests] }' : '';
  return `const server = await discovery(\n  new URL('${issuer}'),\n  'your-client-id'${insecure})`;
}
