/** The two steps that go through the browser, as the demo app sees them: the request it sent and the answer it got. */
import { demo } from '../../operations/demo.ts';
import { type DemoNotes, scope } from './demo-notes.ts';
import type { Taken, Walk } from './walk.ts';
import { shorten } from './wire.ts';

/** The parameters of the redirect back. */
export interface Answer {
  readonly code?: string | undefined;
  readonly error?: string | undefined;
}

export function asked(walk: Walk, { redirectUri }: DemoNotes, answer: Answer): Taken {
  const fields = [
    `client_id=${demo.client}`,
    'response_type=code',
    `redirect_uri=${redirectUri}`,
    `scope=${scope}`,
    `state=${walk.state}`,
    `code_challenge=${shorten(walk.challenge)}`,
    'code_challenge_method=S256',
    'prompt=consent',
  ];
  return {
    outcome: answer.code ? '303, back with a code' : '303, back without a code',
    expected: true,
    exchange: {
      request: `GET /oauth/authorize\n\n${fields.join('\n&')}`,
      response: `Location: ${redirectUri}\n\n${answerFields(walk, answer)}`,
      status: '303 See Other',
      ok: true,
      sentAt: walk.askedAt,
    },
  };
}

export function answered(walk: Walk, issuer: string, answer: Answer, now: number): Taken {
  return {
    outcome: answer.code ? 'code received' : (answer.error ?? 'no code'),
    expected: answer.code !== undefined,
    exchange: {
      request: `GET /playground/callback\n\n${answerFields(walk, answer)}\n&iss=${issuer}`,
      response: `state is the one that was sent: the answer belongs to this browser.\niss is ${issuer}: it comes from the server that was asked.`,
      status: answer.code ? 'accepted' : 'accepted, without a code',
      ok: answer.code !== undefined,
      sentAt: now,
    },
  };
}

function answerFields(walk: Walk, { code, error }: Answer): string {
  return `${code ? `code=${shorten(code)}` : `error=${error}`}\n&state=${walk.state}`;
}
