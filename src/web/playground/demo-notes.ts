/** Demo Notes: what any third-party app does, over HTTP, one function per step. Each records its result in the walk. */
import type { Config } from '../../config/index.ts';
import { demo } from '../../operations/demo.ts';
import { type Content, curlOf } from './curl.ts';
import type { StepName, Taken, Walk } from './walk.ts';
import { type Sent, send, shorten } from './wire.ts';

export const scope = 'projects:read projects:write ai:generate';

/** The steps that the app takes without the person. */
export type AppStep = Exclude<StepName, 'ask' | 'answer'>;

export interface DemoNotes {
  /** The address to which it sends the person, with its request. */
  authorizationRequest(walk: Walk): string;
  readonly redirectUri: string;
  readonly steps: Record<AppStep, (walk: Walk) => Promise<Taken>>;
}

export function createDemoNotes({ issuer }: Config): DemoNotes {
  const redirectUri = `${issuer}/playground/callback`;
  const tokenEndpoint = `${issuer}/oauth/token`;
  const revocationEndpoint = `${issuer}/oauth/revoke`;
  const api = `${issuer}/playground/api/v1/projects`;

  return {
    redirectUri,
    authorizationRequest: (walk) =>
      `${issuer}/oauth/authorize?${new URLSearchParams({
        client_id: demo.client,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope,
        state: walk.state,
        code_challenge: walk.challenge,
        code_challenge_method: 'S256',
        prompt: 'consent',
      })}`,
    steps: {
      async exchange(walk) {
        const form = {
          grant_type: 'authorization_code',
          code: walk.code ?? '',
          redirect_uri: redirectUri,
          client_id: demo.client,
          code_verifier: walk.verifier,
        };
        const sent = await send(tokenEndpoint, { form });
        keepTokens(walk, sent);
        // A code that came a second time would end everything that was issued from it, so this one must not be pasted.
        const spent = { form: { ...form, code: shorten(form.code), code_verifier: shorten(form.code_verifier) } };
        return { ...taken(sent, 200), curl: curlOf(tokenEndpoint, spent), ...decoded(walk, sent) };
      },
      call: (walk) => callApi(walk, 200, '-s'),
      async refresh(walk) {
        const sent = await send(tokenEndpoint, { form: refreshForm(walk) });
        keepTokens(walk, sent);
        // With the successor: the token that was just used works for a few seconds more, and then counts as reuse.
        const again = curlOf(tokenEndpoint, { form: refreshForm(walk) });
        return { ...taken(sent, 200), curl: again, ...decoded(walk, sent) };
      },
      async revoke(walk) {
        const content: Content = { form: { token: walk.refreshToken ?? '', client_id: demo.client } };
        return {
          ...taken(await send(revocationEndpoint, content), 200),
          curl: curlOf(revocationEndpoint, content, '-si'),
        };
      },
      async refused(walk) {
        return { ...(await callApi(walk, 401, '-si')), ...(walk.accessToken && { accessToken: walk.accessToken }) };
      },
    },
  };

  async function callApi(walk: Walk, expected: number, options: string): Promise<Taken> {
    const content = { bearer: walk.accessToken ?? '' };
    return { ...taken(await send(api, content), expected), curl: curlOf(api, content, options) };
  }
}

function refreshForm(walk: Walk): Record<string, string> {
  return { grant_type: 'refresh_token', refresh_token: walk.refreshToken ?? '', client_id: demo.client };
}

function keepTokens(walk: Walk, { json }: Sent): void {
  const { access_token: accessToken, refresh_token: refreshToken, scope: allowed } = json as Record<string, string>;
  if (accessToken) walk.accessToken = accessToken;
  if (refreshToken) walk.refreshToken = refreshToken;
  if (allowed) walk.scope = allowed;
}

function taken(sent: Sent, expected: number): Taken {
  return { outcome: sent.outcome, expected: sent.status === expected, exchange: sent.exchange };
}

function decoded(walk: Walk, sent: Sent): Pick<Taken, 'accessToken'> {
  return sent.status === 200 && walk.accessToken ? { accessToken: walk.accessToken } : {};
}
