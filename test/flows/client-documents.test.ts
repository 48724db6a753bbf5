/** Clients whose id is the URL of a document that describes them (OAuth Client ID Metadata Document). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DocumentHost, startDocumentHost } from '../support/document-host.ts';
import { authorizeUrl, exchange, introspect, obtainCode, obtainTokens, post, refresh } from '../support/oauth.ts';
import { newPerson } from '../support/person.ts';
import { rowsOf } from '../support/rows.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let host: DocumentHost;
let server: TestServer;
beforeAll(async () => {
  host = await startDocumentHost();
  server = await startTestServer({ outbound: host.outbound });
});
afterAll(async () => {
  await server.stop();
  await host.stop();
});

const documentRow = async (clientId: string) =>
  (
    await rowsOf(
      server.db,
      `SELECT c.type, c.client_name, c.redirect_uris, c.registration_type, c.scope, d.etag, d.error,
        extract(epoch FROM d.fresh_until - d.fetched_at)::integer AS fresh
      FROM clients c JOIN client_documents d USING (client_id) WHERE client_id = '${clientId}'`,
    )
  )[0];

describe('A client id that is a URL', () => {
  it('is announced in the metadata', async () => {
    const metadata = await (await fetch(`${server.issuer}/.well-known/oauth-authorization-server`)).json();
    expect(metadata).toMatchObject({ client_id_metadata_document_supported: true });
    expect(
      (metadata as { token_endpoint_auth_methods_supported: string[] }).token_endpoint_auth_methods_supported,
    ).toContain('none');
  });

  it('gets tokens by what its document says, refreshes, is introspected and revoked', async () => {
    const clientId = host.serve('whole.json');
    const tokens = await obtainTokens(server, { client_id: clientId });
    expect(tokens.scope).toBe('projects:read');
    expect((await introspect(server, tokens.access_token)).body).toMatchObject({ active: true, client_id: clientId });
    const renewed = await refresh(server, tokens.refresh_token as string, clientId);
    expect(renewed.status).toBe(200);
    expect(
      (await post(server, '/oauth/revoke', { token: renewed.body.refresh_token as string }, clientId)).status,
    ).toBe(200);
    expect((await introspect(server, renewed.body.access_token as string)).body).toEqual({ active: false });
    expect(host.requests('whole.json')).toHaveLength(1);
    expect(await documentRow(clientId)).toMatchObject({
      type: 'web',
      client_name: 'Agent Smith',
      registration_type: 'metadata_document',
      error: null,
      fresh: 3600,
    });
  });

  it('pushes its request', async () => {
    const clientId = host.serve('pushed.json');
    const form = Object.fromEntries(new URL(authorizeUrl(server, { client_id: clientId })).searchParams);
    const { status, body } = await post(server, '/oauth/par', form, clientId);
    expect([status, body.request_uri]).toEqual([201, expect.any(String)]);
    expect(host.requests('pushed.json')).toHaveLength(1);
  });

  it('of Claude Code comes back to any port of this computer, without application_type', async () => {
    const clientId = host.serve('claude-code.json', {
      client_name: 'Claude Code',
      redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    });
    for (const redirect_uri of ['http://localhost:54321/callback', 'http://127.0.0.1:1/callback']) {
      const code = await obtainCode(server, { client_id: clientId, redirect_uri });
      expect((await exchange(server, code, clientId, { redirect_uri })).status).toBe(200);
    }
    const other = await newPerson(server.issuer).visit(
      authorizeUrl(server, { client_id: clientId, redirect_uri: 'http://127.0.0.1:1/other' }),
    );
    expect([other.status, other.text.includes('not one of those registered')]).toEqual([400, true]);
  });
});

describe('A server where documents are turned off', () => {
  it('announces none, reads none, begins no authorization of such a client, and keeps what people have allowed', async () => {
    const known = host.serve('known.json');
    const tokens = await obtainTokens(server, { client_id: known });
    const env = { CLIENT_ID_METADATA_DOCUMENTS: 'off', ISSUER: server.issuer };
    const off = await startTestServer({ beside: server, outbound: host.outbound, env });
    try {
      const response = await fetch(`${off.issuer}/.well-known/oauth-authorization-server`);
      expect(await response.json()).toMatchObject({ client_id_metadata_document_supported: false });
      for (const clientId of [known, host.serve('new.json')]) {
        const { pathname, search } = new URL(authorizeUrl(server, { client_id: clientId }));
        const answer = await fetch(`${off.issuer}${pathname}${search}`, { redirect: 'manual' });
        expect([answer.status, await answer.text()]).toEqual([
          400,
          expect.stringContaining('such clients are turned off here'),
        ]);
      }
      expect(host.requests('new.json')).toEqual([]);
      expect((await refresh(off, tokens.refresh_token as string, known)).status).toBe(200);
      expect((await introspect(off, tokens.access_token)).body).toMatchObject({ active: true });
    } finally {
      await off.stop();
    }
  });
});
