/** Demo Notes: what any third-party app does, over HTTP, one function per step. Each records its result in the walk. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/index.ts';
import type { Asking } from '../../flow-demo/authorization.ts';
import { type AppRequests, appRequests } from '../../flow-demo/requests.ts';
import { type Sent, send, shorten } from '../../flow-demo/wire.ts';
import { demo } from '../../policy/demo.ts';
import { curlOf } from './curl.ts';
import { takenBy } from './record.ts';
import type { StepName, Taken, Walk } from './walk.ts';

/** A second, and more for a machine that is busy. */
const hearsWithinMs = 5_000;

export const scope = 'projects:read projects:write ai:generate';

/** The steps that the app takes without the person. */
export type AppStep = Exclude<StepName, 'ask' | 'answer'>;

export interface DemoNotes {
  /** The address to which it sends the person. */
  readonly authorizationEndpoint: string;
  /** Its request there. */
  readonly asking: Asking;
  readonly steps: Record<AppStep, (walk: Walk) => Promise<Taken>>;
}

export function createDemoNotes({ issuer }: Config): DemoNotes {
  const redirectUri = `${issuer}/playground/callback`;
  const requests = appRequests(demo.client, { token: `${issuer}/oauth/token`, revocation: `${issuer}/oauth/revoke` });
  const api = `${issuer}${demo.api}/v1/projects`;
  return {
    authorizationEndpoint: `${issuer}/oauth/authorize`,
    asking: { clientId: demo.client, redirectUri, scope, prompt: 'consent' },
    steps: {
      exchange: (walk) => exchange(walk, requests, redirectUri),
      call: (walk) => callApi(walk, api, 200, '-s'),
      refresh: (walk) => refresh(walk, requests),
      revoke: (walk) => revoke(walk, requests),
      async refused(walk) {
        const taken = await untilRefused(() => callApi(walk, api, 401, '-si'));
        return { ...taken, ...(walk.accessToken && { accessToken: walk.accessToken }) };
      },
    },
  };
}

async function exchange(walk: Walk, requests: AppRequests, redirectUri: string): Promise<Taken> {
  const request = requests.exchange({ code: walk.code ?? '', redirectUri, verifier: walk.verifier });
  const sent = await send(request);
  keepTokens(walk, sent);
  // A code that came a second time would end everything that was issued from it, so this one must not be pasted.
  const { code = '', code_verifier: verifier = '' } = request.form;
  const spent = { ...request, form: { ...request.form, code: shorten(code), code_verifier: shorten(verifier) } };
  return { ...takenBy(sent, 200), curl: curlOf(spent), ...decoded(walk, sent) };
}

async function refresh(walk: Walk, requests: AppRequests): Promise<Taken> {
  const sent = await send(requests.refresh(walk.refreshToken ?? ''));
  keepTokens(walk, sent);
  // With the successor: the token that was just used works for a few seconds more, and then counts as reuse.
  const again = requests.refresh(walk.refreshToken ?? '');
  return { ...takenBy(sent, 200), curl: curlOf(again), ...decoded(walk, sent) };
}

async function revoke(walk: Walk, requests: AppRequests): Promise<Taken> {
  const request = requests.revoke(walk.refreshToken ?? '');
  return { ...takenBy(await send(request), 200), curl: curlOf(request, '-si') };
}

async function callApi(walk: Walk, url: string, expected: number, options: string): Promise<Taken> {
  const request = { url, bearer: walk.accessToken ?? '' };
  return { ...takenBy(await send(request), expected), curl: curlOf(request, options) };
}

/** Calls again while the API has not heard of the revocation: that takes it up to a second. */
async function untilRefused(call: () => Promise<Taken>): Promise<Taken> {
  const started = performance.now();
  for (;;) {
    const taken = await call();
    if (taken.expected || performance.now() - started > hearsWithinMs) return taken;
    await sleep(100);
  }
}

function keepTokens(walk: Walk, { body }: Sent): void {
  const { access_token: accessToken, refresh_token: refreshToken, scope: allowed } = body as Record<string, string>;
  if (accessToken) walk.accessToken = accessToken;
  if (refreshToken) walk.refreshToken = refreshToken;
  if (allowed) walk.scope = allowed;
}

function decoded(walk: Walk, sent: Sent): Pick<Taken, 'accessToken'> {
  return sent.status === 200 && walk.accessToken ? { accessToken: walk.accessToken } : {};
}
