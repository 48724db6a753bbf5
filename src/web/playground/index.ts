/**
 * The playground (demo data only): the demo app's own backend. It does what any third-party app does, over HTTP, and
 * shows each request and answer.
 */
import Router from '@koa/router';
import type { Context } from 'koa';
import { playgroundPage } from '../../../views/playground.ts';
import { demo } from '../../operations/demo.ts';
import type { WebDeps } from '../deps.ts';
import { readForm } from '../forms.ts';
import { stepsOf } from './steps.ts';
import { newWalk, type StepName, type Taken, type Walk, walks } from './walk.ts';
import { type Sent, send, shorten } from './wire.ts';

const scope = 'projects:read projects:write ai:generate';

export function playgroundRoutes(deps: WebDeps): Router {
  const { config, csrf } = deps;
  const endpoint = (path: string) => `${config.issuer}${path}`;
  const redirectUri = endpoint('/playground/callback');
  const router = new Router({ prefix: '/playground' });

  router.get('/', (ctx) => {
    const walk = walks.get(idOf(ctx));
    const problem = typeof ctx.query.problem === 'string' ? problems[ctx.query.problem] : undefined;
    ctx.body = playgroundPage({
      csrf: csrf.token(binding(ctx)),
      steps: stepsOf(walk, Date.now()),
      ...(problem ? { problem } : {}),
    });
  });

  router.post('/restart', async (ctx) => {
    csrf.check(await readForm(ctx), binding(ctx));
    walks.delete(idOf(ctx));
    seeOther(ctx, '/playground');
  });

  router.post('/ask', async (ctx) => {
    csrf.check(await readForm(ctx), binding(ctx));
    const walk = newWalk();
    walks.set(idOf(ctx), walk);
    const request = new URLSearchParams({
      client_id: demo.client,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope,
      state: walk.state,
      code_challenge: walk.challenge,
      code_challenge_method: 'S256',
      prompt: 'consent',
    });
    seeOther(ctx, endpoint(`/oauth/authorize?${request}`));
  });

  /** Where the engine sends the browser back to. The code leaves the address at once. */
  router.get('/callback', (ctx) => {
    const walk = walks.get(idOf(ctx));
    const { state, iss, code, error } = ctx.query as Record<string, string | undefined>;
    if (!walk || state !== walk.state || iss !== config.issuer) return seeOther(ctx, '/playground?problem=state');
    walk.taken.ask = asked(walk);
    walk.taken.answer = answered(code, error);
    if (code) walk.code = code;
    seeOther(ctx, '/playground');
  });

  const steps: Partial<Record<StepName, (walk: Walk) => Promise<Taken>>> = {
    async exchange(walk) {
      const form = {
        grant_type: 'authorization_code',
        code: walk.code ?? '',
        redirect_uri: redirectUri,
        client_id: demo.client,
        code_verifier: walk.verifier,
      };
      return keepTokens(walk, await send(endpoint('/oauth/token'), { form }));
    },
    call: (walk) => callApi(walk, 200),
    async refresh(walk) {
      const form = { grant_type: 'refresh_token', refresh_token: walk.refreshToken ?? '', client_id: demo.client };
      return keepTokens(walk, await send(endpoint('/oauth/token'), { form }));
    },
    async revoke(walk) {
      const form = { token: walk.refreshToken ?? '', client_id: demo.client };
      return taken(await send(endpoint('/oauth/revoke'), { form }), 200);
    },
    refused: (walk) => callApi(walk, 401),
  };

  router.post('/:step', async (ctx) => {
    csrf.check(await readForm(ctx), binding(ctx));
    const walk = walks.get(idOf(ctx));
    const name = ctx.params.step as StepName;
    const step = steps[name];
    if (!walk) return seeOther(ctx, '/playground?problem=gone');
    if (step) walk.taken[name] = await step(walk);
    seeOther(ctx, '/playground');
  });

  return router;

  async function callApi(walk: Walk, expected: number): Promise<Taken> {
    return taken(await send(endpoint('/playground/api/v1/projects'), { bearer: walk.accessToken ?? '' }), expected);
  }

  function asked(walk: Walk): Taken {
    const lines = ['client_id=demo-app', '&response_type=code', `&redirect_uri=${redirectUri}`, `&scope=${scope}`];
    const request = `GET /oauth/authorize\n\n${lines.join('\n')}\n&code_challenge=${walk.challenge}\n&code_challenge_method=S256\n&state=${walk.state}`;
    return {
      outcome: '303, back with an answer',
      expected: true,
      lead: 'Demo Notes sent you to the authorization page with a fresh PKCE challenge.',
      exchange: {
        request,
        response: `Location: ${redirectUri}?…`,
        status: '303 See Other',
        ok: true,
        sentAt: new Date(),
      },
    };
  }

  function answered(code: string | undefined, error: string | undefined): Taken {
    const answer = code ? `code=${shorten(code)}` : `error=${error}`;
    return {
      outcome: code ? 'code received' : (error ?? 'no code'),
      expected: code !== undefined,
      lead: code
        ? 'You allowed it, or part of it. The app has a code and no token yet.'
        : 'You said no. The app learns that and nothing else.',
      exchange: {
        request: `GET /playground/callback\n\n${answer}\n&state=…\n&iss=${config.issuer}`,
        response: 'The app compares state and iss with what it expects before it goes on.',
        status: code ? 'accepted' : 'denied',
        ok: code !== undefined,
        sentAt: new Date(),
      },
    };
  }

  function idOf(ctx: Context): string {
    return csrf.anonymousBinding(ctx);
  }

  function binding(ctx: Context): string {
    return `playground ${idOf(ctx)}`;
  }
}

const problems: Record<string, string> = {
  state: 'The answer did not belong to this walk.',
  gone: 'This walk was forgotten after an hour.',
};

function taken(sent: Sent, expected: number): Taken {
  return { outcome: sent.outcome, expected: sent.status === expected, exchange: sent.exchange };
}

function keepTokens(walk: Walk, sent: Sent): Taken {
  const { access_token: accessToken, refresh_token: refreshToken } = sent.json as Record<string, string | undefined>;
  if (accessToken) walk.accessToken = accessToken;
  if (refreshToken) walk.refreshToken = refreshToken;
  return { ...taken(sent, 200), ...(accessToken ? { accessToken } : {}) };
}

function seeOther(ctx: Context, url: string): void {
  ctx.status = 303;
  ctx.redirect(url);
}
