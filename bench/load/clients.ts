/** The clients of the load: what they send, and what they do without an answer. */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { kindOf } from '../../src/policy/admission.ts';
import { formOf, openBrowser, type Wire } from '../first-authorization.ts';
import { type Answer, basic } from '../http.ts';
import { emailOf, people, redirectUri, scope } from '../scenario.ts';
import type { Variant } from '../variant.ts';
import type { OpenTally, Outcome } from './tally.ts';
import { isFull, send } from './wire.ts';

export type OperationName = 'refresh' | 'client_credentials' | 'introspection' | 'sign-in' | 'guess';
export interface Target extends Pick<Variant, 'origin' | 'app' | 'service' | 'gateway'> {
  /** So many addresses share the operations; without it all come from the generator's own. */
  readonly addresses?: number;
}

/** Counts the requests of an operation, and names the address that sends them. */
interface Caller extends OpenTally {
  readonly address?: string;
}

/** A refresh that got no answer is sent again with the same token this often. */
const maxTries = 3;
/** A family that is prepared is begun again this often if the server refuses it. */
const maxPreparingTries = 20;

interface Family {
  refreshToken: string;
  accessToken: string;
}

/** A request was refused: the rest of the operation is not done. */
class Refused extends Error {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('the server sheds load');
    this.retryAfterMs = retryAfterMs;
  }
}
/** The client hung up. */
class Lost extends Error {}

export function createClients(target: Target) {
  const idle: Family[] = [];
  let person = 0;
  let guesses = 0;
  let guessing: Promise<Guess> | undefined;
  let callers = 0;
  const asCaller = (tally: OpenTally): Caller => {
    if (target.addresses === undefined) return tally;
    callers = (callers + 1) % target.addresses;
    return { ...tally, address: `10.1.${Math.floor(callers / 250)}.${(callers % 250) + 1}` };
  };

  const operations: Record<OperationName, (tally: Caller) => Promise<Outcome>> = {
    async refresh(tally) {
      const family = idle.shift();
      if (!family) return 'skipped';
      let isLost = false;
      try {
        const outcome = await refresh(target, family, tally);
        isLost = outcome === 'lost family';
        return outcome;
      } finally {
        if (!isLost) idle.push(family);
      }
    },
    async client_credentials(tally) {
      const form = { grant_type: 'client_credentials', scope };
      expectStatus(await post(tally)(`${target.origin}/oauth/token`, form, basic(target.service)), 200);
      return 'completed';
    },
    async introspection(tally) {
      const token = idle[Math.floor(Math.random() * idle.length)]?.accessToken ?? 'none';
      const url = `${target.origin}/oauth/introspect`;
      expectStatus(await post(tally)(url, { token }, basic(target.gateway)), 200);
      return 'completed';
    },
    async 'sign-in'(tally) {
      person = (person % people) + 1;
      await signIn(target, emailOf(person), tally);
      return 'completed';
    },
    async guess(tally) {
      // Only the latency of others matters.
      const unmeasured = { ...tally, request() {} };
      guessing ??= prepareGuesses(target, unmeasured);
      guesses += 1;
      await (await guessing)(guesses, unmeasured);
      return 'completed';
    },
  };

  return {
    families: () => idle.length,
    async addFamily(tally: OpenTally): Promise<void> {
      for (let tries = 1; ; tries += 1) {
        person = (person % people) + 1;
        try {
          idle.push(await signIn(target, emailOf(person), tally));
          return;
        } catch (error) {
          // On a busy machine a few at a time are too many.
          if (!(error instanceof Refused) || tries === maxPreparingTries) throw error;
          await sleep(error.retryAfterMs);
        }
      }
    },
    /** Returns how long the server tells to wait, if it refused the operation. */
    async perform(name: OperationName, tally: OpenTally, lateMs: number): Promise<number | undefined> {
      tally.arrive(lateMs);
      if (isFull()) {
        tally.end(name, 'skipped');
        return undefined;
      }
      let retryAfterMs: number | undefined;
      const outcome = await operations[name](asCaller(tally)).catch((error) => {
        if (error instanceof Refused) ({ retryAfterMs } = error);
        return outcomeOf(error);
      });
      tally.end(name, outcome);
      return retryAfterMs;
    },
  };
}

let complained = 0;

function outcomeOf(error: unknown): Outcome {
  if (error instanceof Refused) return 'refused';
  // The first few tell what is wrong.
  if (!(error instanceof Lost) && complained++ < 5) process.stderr.write(`failed: ${(error as Error).message}\n`);
  return 'failed';
}

/** Refreshes; without an answer it sends the same token again, as apps do. */
async function refresh({ origin, app }: Target, family: Family, tally: Caller): Promise<Outcome> {
  const form = { grant_type: 'refresh_token', client_id: app, refresh_token: family.refreshToken };
  for (let tries = 1; ; tries += 1) {
    try {
      const { status, text } = await post(tally)(`${origin}/oauth/token`, form);
      if (status === 400 && text.includes('invalid_grant')) return 'lost family';
      if (status !== 200) return 'failed';
      const tokens = JSON.parse(text) as { refresh_token: string; access_token: string };
      Object.assign(family, { refreshToken: tokens.refresh_token, accessToken: tokens.access_token });
      return 'completed';
    } catch (error) {
      if (!(error instanceof Lost) || tries === maxTries) throw error;
    }
  }
}

/** A person who signs in and allows the app, with all requests of the browser and the exchange. */
async function signIn({ origin, app }: Target, email: string, tally: Caller): Promise<Family> {
  const browser = openBrowser(origin, { get: get(tally), post: post(tally) });
  const verifier = randomBytes(32).toString('base64url');
  const request = new URLSearchParams({
    ...{ client_id: app, response_type: 'code', redirect_uri: redirectUri, scope, state: 'a-state' },
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  let page = await browser.get(`/oauth/authorize?${request}`);
  for (let steps = 0; steps < 10; steps += 1) {
    const { location } = page.headers;
    if (location?.startsWith(redirectUri)) {
      const code = new URL(location).searchParams.get('code') ?? '';
      const form = { grant_type: 'authorization_code', client_id: app, code, redirect_uri: redirectUri };
      const answer = await post(tally)(`${origin}/oauth/token`, { ...form, code_verifier: verifier });
      expectStatus(answer, 200);
      const tokens = JSON.parse(answer.text) as { refresh_token: string; access_token: string };
      return { refreshToken: tokens.refresh_token, accessToken: tokens.access_token };
    }
    if (location !== undefined) page = await browser.get(location);
    else if (page.text.includes('autocomplete="current-password"')) {
      const form = formOf(page, '/sign-in');
      page = await browser.post(form.action, { ...form.hidden, email, password: 'a password' });
    } else {
      const form = formOf(page, '/consent');
      page = await browser.post(form.action, { ...form.hidden, decision: 'allow' });
    }
  }
  throw new Error('the authorization does not end');
}

type Guess = (number: number, tally: OpenTally) => Promise<void>;

/** Wrong passwords for many accounts from many addresses, so that no sign-in limit stops them. */
async function prepareGuesses({ origin }: Target, first: OpenTally): Promise<Guess> {
  let cookie = '';
  const page = await get(first)(`${origin}/sign-in`, { accept: 'text/html' });
  cookie = (page.headers['set-cookie'] ?? []).map((header) => header.split(';')[0]).join('; ');
  const { action, hidden } = formOf(page, '/sign-in?next=%2Faccount%2Fapps');
  return async (number, tally) => {
    const address = `10.${number % 251}.${Math.floor(number / 251) % 251}.7`;
    const form = { ...hidden, email: emailOf((number % people) + 1), password: 'a guess' };
    const headers = { cookie, origin, accept: 'text/html', 'x-forwarded-for': address };
    expectStatus(await post(tally)(new URL(action, origin).href, form, headers), 422);
  };
}

const get =
  (tally: Caller): Wire['get'] =>
  (url, headers = {}) =>
    answered(tally, url, headers);

const post =
  (tally: Caller): Wire['post'] =>
  (url, form, headers = {}) =>
    answered(tally, url, headers, new URLSearchParams(form));

async function answered(
  tally: Caller,
  url: string,
  headers: Record<string, string>,
  form?: URLSearchParams,
): Promise<Answer> {
  const sentMs = performance.now();
  const { address } = tally;
  const sent = await send(url, { ...(address !== undefined && { 'x-forwarded-for': address }), ...headers }, form);
  const refused = sent.outcome === 'lost' || sent.answer.status === 503;
  const kind = kindOf(form ? 'POST' : 'GET', new URL(url).pathname) ?? 'page';
  tally.request(kind, sentMs, sent.ms, !refused);
  if (sent.outcome === 'lost') {
    tally.giveUp();
    throw new Lost();
  }
  if (refused) throw new Refused(Number(sent.answer.headers['retry-after'] ?? 1) * 1000);
  return sent.answer;
}

function expectStatus({ status, text }: Answer, wanted: number): void {
  if (status !== wanted) throw new Error(`status ${status}: ${text.slice(0, 300)}`);
}
