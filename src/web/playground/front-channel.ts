/** The two steps that go through the browser, as the demo app sees them: the request it sent and the answer it got. */
import { type Answer, authorizationFields } from '../../flow-demo/authorization.ts';
import { shorten } from '../../flow-demo/wire.ts';
import type { DemoNotes } from './demo-notes.ts';
import type { Taken, Walk } from './walk.ts';

export function asked(walk: Walk, { asking }: DemoNotes, answer: Answer): Taken {
  const fields = Object.entries(authorizationFields(walk, asking)).map(([name, value]) => `${name}=${shorten(value)}`);
  return {
    outcome: answer.code ? 'back_with_code' : 'back_without_code',
    expected: true,
    exchange: {
      request: `GET /oauth/authorize\n\n${fields.join('\n&')}`,
      response: `Location: ${asking.redirectUri}\n\n${answerFields(walk, answer)}`,
      status: '303 See Other',
      ok: true,
      sentAt: walk.askedAt,
    },
  };
}

export function answered(walk: Walk, issuer: string, answer: Answer, now: number): Taken {
  return {
    outcome: answer.code ? 'code_received' : (answer.error ?? 'no_code'),
    expected: answer.code !== undefined,
    exchange: {
      request: `GET /playground/callback\n\n${answerFields(walk, answer)}\n&iss=${issuer}`,
      response: `state is the one that was sent: the answer belongs to this browser.\niss is ${issuer}: it comes from the server that was asked.`,
      status: answer.code ? 'accepted' : 'accepted_without_code',
      ok: answer.code !== undefined,
      sentAt: now,
    },
  };
}

function answerFields(walk: Walk, { code, error }: Answer): string {
  return `${code ? `code=${shorten(code)}` : `error=${error}`}\n&state=${walk.state}`;
}
