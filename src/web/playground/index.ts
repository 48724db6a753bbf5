/**
 * The playground (demo data only): the backend of the demo app. It does what any third-party app does, over HTTP, and
 * shows each request and answer.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import Router from '@koa/router';
import type { Context } from 'koa';
import type { Messages } from '../../../views/messages/en.ts';
import { m } from '../../../views/messages/index.ts';
import { playgroundPage } from '../../../views/playground/index.ts';
import { type Answer, authorizationUrl, foreignBecause } from '../../flow-demo/authorization.ts';
import type { Db } from '../../store/database.ts';
import type { WebDeps } from '../deps.ts';
import { addressesOf } from '../docs/fill.ts';
import { readForm } from '../http/forms.ts';
import { seeOther } from '../http/see-other.ts';
import { type AppStep, createDemoNotes, type DemoNotes } from './demo-notes.ts';
import { answered, asked } from './front-channel.ts';
import { leakedRoutes } from './leaked.ts';
import { stepsOf } from './steps.ts';
import { newWalk, nextStep, type Taken, type Walk } from './walk.ts';
import { claimStep, findWalk, forgetWalk, releaseStep, saveWalk } from './walks.ts';

/** The page at its open step: the steps above have been read. */
const openStep = '/playground#now';

export function playgroundRoutes(deps: WebDeps): Router {
  const demoNotes = createDemoNotes(deps.config);
  const router = new Router({ prefix: '/playground' });

  router.get('/', (ctx) => showWalk(ctx, deps));
  router.post('/restart', async (ctx) => {
    await forgetWalk(deps.db, await visitorOf(ctx, deps));
    seeOther(ctx, '/playground');
  });
  router.post('/ask', async (ctx) => {
    const walk = newWalk(Date.now());
    await saveWalk(deps.db, await visitorOf(ctx, deps), walk);
    seeOther(ctx, authorizationUrl(demoNotes.authorizationEndpoint, walk, demoNotes.asking));
  });
  router.get('/callback', (ctx) => takeAnswer(ctx, deps, demoNotes));
  for (const [name, take] of Object.entries(demoNotes.steps) as [AppStep, (typeof demoNotes.steps)[AppStep]][]) {
    router.post(`/${name}`, (ctx) => takeStep(ctx, deps, name, take));
  }
  leakedRoutes(router, deps, {
    tokenFor: (ctx) => deps.csrf.token(binding(deps.csrf.anonymousBinding(ctx))),
    formOf: (ctx) => formOf(ctx, deps),
  });
  return router;
}

async function showWalk(ctx: Context, { csrf, db, config }: WebDeps): Promise<void> {
  const visitor = csrf.anonymousBinding(ctx);
  ctx.body = playgroundPage({
    csrf: csrf.token(binding(visitor)),
    api: addressesOf(config).api,
    steps: stepsOf(await findWalk(db, visitor), Date.now()),
    notice: noticeOf(ctx.query.notice),
  });
}

/** Where the engine sends the browser back to. A redirect removes the code from the address at once. */
async function takeAnswer(ctx: Context, { csrf, db, config }: WebDeps, demoNotes: DemoNotes): Promise<void> {
  const visitor = csrf.anonymousBinding(ctx);
  const walk = await findWalk(db, visitor);
  const answer = ctx.query as Answer;
  if (!walk) return seeOther(ctx, toldAt('gone'));
  if (foreignBecause(answer, walk, config.issuer)) return seeOther(ctx, toldAt('foreign'));
  if (!(await claimStep(db, walk, 'answer'))) return seeOther(ctx, toldAt('taken'));
  walk.taken.ask = asked(walk, demoNotes, answer);
  walk.taken.answer = answered(walk, config.issuer, answer, Date.now());
  if (answer.code) walk.code = answer.code;
  await saveWalk(db, visitor, walk);
  seeOther(ctx, openStep);
}

/** A step that the app takes by itself: once, no matter how often its button is pressed. */
async function takeStep(ctx: Context, deps: WebDeps, name: AppStep, take: (walk: Walk) => Promise<Taken>) {
  const { db } = deps;
  const visitor = await visitorOf(ctx, deps);
  const walk = await findWalk(db, visitor);
  if (!walk) return seeOther(ctx, toldAt('gone'));
  if (nextStep(walk) !== name) return seeOther(ctx, toldAt('taken'));
  if (await claimStep(db, walk, name)) {
    walk.taken[name] = await take(walk).catch(async (error) => {
      await releaseStep(db, walk, name);
      throw error;
    });
    await saveWalk(db, visitor, walk);
  } else {
    await untilTaken(db, visitor, walk, name);
  }
  seeOther(ctx, openStep);
}

/** The visitor of a form that came from the playground's own page. */
async function visitorOf(ctx: Context, deps: WebDeps): Promise<string> {
  await formOf(ctx, deps);
  return deps.csrf.anonymousBinding(ctx);
}

async function formOf(ctx: Context, { csrf }: WebDeps): Promise<URLSearchParams> {
  const form = await readForm(ctx);
  csrf.check(form, binding(csrf.anonymousBinding(ctx)));
  return form;
}

/** The second click of a double click waits for the result of the first, but not forever. */
async function untilTaken(db: Db, visitor: string, { state }: Walk, name: AppStep): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    const walk = await findWalk(db, visitor);
    if (walk?.state !== state || walk.taken[name]) return;
    await sleep(100);
  }
}

function binding(visitor: string): string {
  return `playground ${visitor}`;
}

/** For people who took another way than the next button. */
type Notice = keyof Messages['playground']['notices'];

function noticeOf(asked: unknown): { what: string; todo: string } | undefined {
  const { notices } = m().playground;
  return typeof asked === 'string' && Object.hasOwn(notices, asked) ? notices[asked as Notice] : undefined;
}

function toldAt(notice: Notice): string {
  return `/playground?notice=${notice}`;
}
