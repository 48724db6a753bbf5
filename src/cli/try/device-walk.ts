/** The device authorization grant (RFC 8628), as a command line on a machine without a browser does it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors.ts';
import { appRequests } from '../../flow-demo/requests.ts';
import { type Sent, send } from '../../flow-demo/wire.ts';
import type { Steps, Tell } from './steps.ts';
import { type App, discover, type Metadata, type Tokens, tokensOf, useAndEnd } from './walk.ts';

/** What a device shows. */
export interface DeviceCodes {
  readonly code: string;
  /** Where the code is typed, and the link that has it already. */
  readonly page: string;
  readonly link: string;
  /** The page on which the person ends. */
  readonly donePage: string;
}

export interface DeviceWalk extends App {
  /** Shows the codes to a person, or lets a robot answer. */
  readonly showCodes: (codes: DeviceCodes, tell: Tell) => Promise<void>;
}

interface Waiting extends DeviceCodes {
  readonly deviceCode: string;
  readonly intervalSeconds: number;
}

/** @throws AppError that names the step that failed */
export async function walkAsDevice(steps: Steps, options: DeviceWalk): Promise<void> {
  const server = await steps.take('Discover the server', (tell) => discover(options.issuer, tell));
  const waiting = await steps.take('Ask for codes', (tell) => askForCodes(server, options, tell));
  await steps.take('Show the code', (tell) => options.showCodes(waiting, tell));
  const tokens = await steps.take('Ask for tokens until the person has decided', (tell) =>
    waitForTokens(server, options, waiting, tell),
  );
  await useAndEnd(steps, server, options, tokens);
}

async function askForCodes(server: Metadata, { clientId, scope }: App, tell: Tell): Promise<Waiting> {
  const { device_authorization_endpoint: url } = server as { device_authorization_endpoint?: unknown };
  if (typeof url !== 'string') throw new AppError('invalid', 'the metadata has no device_authorization_endpoint');
  const body = tell.exchange(await send({ url, form: { client_id: clientId, scope } }), 200);
  const { device_code, user_code, verification_uri, verification_uri_complete = verification_uri } = body;
  if (![device_code, user_code, verification_uri].every((value) => typeof value === 'string')) {
    throw new AppError('invalid', 'the answer lacks a code or the address of the page');
  }
  return {
    deviceCode: String(device_code),
    code: String(user_code),
    page: String(verification_uri),
    link: String(verification_uri_complete),
    donePage: `${verification_uri}/done`,
    // Without a value it is 5 (§3.2).
    intervalSeconds: Number(body.interval ?? 5),
  };
}

const slowDownSeconds = 5;
/** What the answers of the token endpoint mean for a device (§3.5). */
const ends: Readonly<Record<string, string>> = {
  access_denied: 'the person said no; a device would stop here',
  expired_token: 'nobody decided in time; a device would offer a new code',
};

async function waitForTokens(server: Metadata, { clientId }: App, waiting: Waiting, tell: Tell): Promise<Tokens> {
  const requests = appRequests(clientId, { token: server.token_endpoint, revocation: server.revocation_endpoint });
  const startedAt = performance.now();
  let intervalSeconds = waiting.intervalSeconds;
  for (let asked = 1; ; asked += 1) {
    const sent = await send(requests.poll(waiting.deviceCode));
    const { error } = sent.body;
    if (error === 'slow_down') {
      intervalSeconds += slowDownSeconds;
      tell.fact(`slow_down: it asked too early, and asks every ${intervalSeconds} seconds from now on`);
    } else if (error === 'authorization_pending') {
      progress(tell, asked, { sent, intervalSeconds, startedAt });
    } else {
      const meaning = ends[String(error)];
      if (meaning) throw new AppError('forbidden', `${error}: ${meaning}`);
      return tokensOf(tell.exchange(sent, 200));
    }
    await sleep(intervalSeconds * 1000);
  }
}

/** A line for the first answer, and then about twice a minute. */
function progress(tell: Tell, asked: number, at: { sent: Sent; intervalSeconds: number; startedAt: number }): void {
  if (asked === 1) {
    tell.exchange(at.sent, 400);
    tell.fact(`authorization_pending: nobody has decided yet; it asks again every ${at.intervalSeconds} seconds`);
  } else if (asked % 6 === 0) {
    tell.fact(`still waiting, for ${Math.round((performance.now() - at.startedAt) / 1000)} seconds`);
  }
}
