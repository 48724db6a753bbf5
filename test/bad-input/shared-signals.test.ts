/** Requests that no receiver of Shared Signals should send: each is refused, and no stream changes. */
import { afterAll, beforeAll, describe } from 'vitest';
import { basicAuthorization } from '../../src/gateway/http.ts';
import { secrets, startTestServer, type TestServer } from '../support/server.ts';
import { itAnswers, type Row } from './table.ts';
import { type Sent, send } from './wire.ts';

let server: TestServer;
let id = '';
const by = (clientId: string) => basicAuthorization({ clientId, clientSecret: secrets[clientId] as string });
beforeAll(async () => {
  server = await startTestServer();
  const made = await send(server.issuer, json('/oauth/ssf/streams', () => '{}')());
  id = JSON.parse(made.text).stream_id;
});
afterAll(() => server.stop());

const json =
  (path: string | (() => string), body: () => string, headers: Sent['headers'] = {}, method = 'POST') =>
  (): Sent => {
    const bytes = body();
    return {
      method,
      path: typeof path === 'string' ? path : path(),
      body: bytes,
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': String(Buffer.byteLength(bytes, 'latin1')),
        Authorization: by('gateway'),
        ...headers,
      },
    };
  };
const bad = { status: 400, error: 'invalid_request' };
const about = (members: object) => () => JSON.stringify({ stream_id: id, ...members });

/** What every address refuses; all of them read bodies and authenticate in one place. */
const few = (path: string | (() => string), method = 'POST'): Row[] =>
  bodies(path, method).filter(({ name }) =>
    ['that is half of JSON', 'from nobody', 'of a client that is no gateway'].includes(name),
  );

/** What is wrong with any body. */
const bodies = (path: string | (() => string), method = 'POST'): Row[] => [
  {
    name: 'as a form',
    send: json(path, () => 'stream_id=x', { 'Content-Type': 'application/x-www-form-urlencoded' }, method),
    ...bad,
  },
  { name: 'that is half of JSON', send: json(path, () => '{"stream_id":', {}, method), ...bad },
  { name: 'that is a list', send: json(path, () => '[]', {}, method), ...bad },
  { name: 'that is null', send: json(path, () => 'null', {}, method), ...bad },
  { name: 'in broken UTF-8', send: json(path, () => '{"stream_id":"\xff"}', {}, method), ...bad },
  {
    name: 'that is too long',
    send: json(path, () => JSON.stringify({ stream_id: 'x'.repeat(70_000) }), {}, method),
    status: 413,
    error: 'invalid_request',
  },
  {
    name: 'from nobody',
    send: json(path, () => '{}', { Authorization: undefined }, method),
    status: 401,
    error: 'invalid_client',
  },
  {
    name: 'with a wrong secret',
    send: json(path, () => '{}', { Authorization: 'Basic Z2F0ZXdheTp4' }, method),
    status: 401,
    error: 'invalid_client',
  },
  {
    name: 'with a token',
    send: json(path, () => '{}', { Authorization: 'Bearer x' }, method),
    status: 401,
    error: 'invalid_client',
  },
  {
    name: 'of a client that is no gateway',
    send: () => ({
      ...json(path, () => '{}', {}, method)(),
      headers: { ...json(path, () => '{}')().headers, Authorization: by('web') },
    }),
    status: 403,
    error: 'unauthorized_client',
  },
];

describe('a new stream', () => {
  const path = '/oauth/ssf/streams';
  itAnswers(
    () => server,
    [
      ...bodies(path),
      { name: 'that is a second one', send: json(path, () => '{}'), status: 409, error: 'invalid_request' },
      ...[
        ...[
          undefined,
          7,
          '',
          'not a url',
          'http://receiver.example/',
          'https://10.0.0.1/',
          'https://[::ffff:10.0.0.1]/',
          'https://receiver/',
          'https://receiver.example:1234/',
          'https://user:password@receiver.example/',
          'https://receiver.example/#a',
          `https://receiver.example/${'x'.repeat(2_000)}`,
        ].map((url) => ({ delivery: { endpoint_url: url, method: 'urn:ietf:rfc:8935' } })),
        ...[7, '', ' x', 'a\r\nX-Other: b', 'a\u0000', 'ä', 'x'.repeat(4_001)].map((header) => ({
          delivery: {
            authorization_header: header,
            endpoint_url: 'https://receiver.example/',
            method: 'urn:ietf:rfc:8935',
          },
        })),
        { delivery: 'poll' },
        { delivery: null },
        { events_requested: 'all' },
        { events_requested: [1] },
        { events_requested: Array.from({ length: 51 }, () => 'urn:x') },
        { description: 7 },
        { description: 'a\u0000b' },
        { description: 'x'.repeat(301) },
      ].map(
        (members): Row => ({
          name: `with ${JSON.stringify(members).slice(0, 70)}`,
          send: json(path, () => JSON.stringify(members)),
          ...bad,
        }),
      ),
    ],
  );
});

describe('a change of the stream', () => {
  const path = '/oauth/ssf/streams';
  itAnswers(
    () => server,
    [
      ...few(path, 'PATCH'),
      ...few(path, 'PUT'),
      ...['PATCH', 'PUT'].flatMap((method): Row[] => [
        { name: `by ${method} without stream_id`, send: json(path, () => '{}', {}, method), ...bad },
        {
          name: `by ${method} with a number as stream_id`,
          send: json(path, () => '{"stream_id":1}', {}, method),
          ...bad,
        },
        {
          name: `by ${method} of another stream`,
          send: json(path, () => '{"stream_id":"other"}', {}, method),
          status: 404,
          error: 'not_found',
        },
        {
          name: `by ${method} to another issuer`,
          send: json(path, about({ iss: 'https://evil.example' }), {}, method),
          ...bad,
        },
        {
          name: `by ${method} of what is delivered`,
          send: json(path, about({ events_delivered: [] }), {}, method),
          ...bad,
        },
      ]),
      { name: 'to delete none', send: json(path, () => '', {}, 'DELETE'), ...bad },
      {
        name: 'to delete two',
        send: json(
          () => `${path}?stream_id=${id}&stream_id=${id}`,
          () => '',
          {},
          'DELETE',
        ),
        ...bad,
      },
      {
        name: 'to delete another',
        send: json(`${path}?stream_id=other`, () => '', {}, 'DELETE'),
        status: 404,
        error: 'not_found',
      },
    ],
  );
});

describe('a status', () => {
  const path = '/oauth/ssf/status';
  itAnswers(
    () => server,
    [
      ...few(path),
      { name: 'that does not exist', send: json(path, about({ status: 'gone' })), ...bad },
      { name: 'that is missing', send: json(path, about({})), ...bad },
      { name: 'with a long reason', send: json(path, about({ status: 'paused', reason: 'x'.repeat(301) })), ...bad },
      {
        name: 'of another stream',
        send: json(path, () => '{"stream_id":"other","status":"paused"}'),
        status: 404,
        error: 'not_found',
      },
    ],
  );
});

describe('a verification', () => {
  const path = '/oauth/ssf/verify';
  itAnswers(
    () => server,
    [
      ...few(path),
      { name: 'with a state that is no text', send: json(path, about({ state: {} })), ...bad },
      { name: 'with a NUL in its state', send: json(path, about({ state: '\u0000' })), ...bad },
      { name: 'of another stream', send: json(path, () => '{"stream_id":"other"}'), status: 404, error: 'not_found' },
    ],
  );
});

describe.each(['add', 'remove'])('a subject to %s', (verb) => {
  const path = `/oauth/ssf/subjects/${verb}`;
  const notKnown = { status: 404, error: 'not_found' };
  const subjects = (): [subject: unknown, answer: object][] => [
    [undefined, bad],
    ['acc_1', bad],
    [[], bad],
    [null, bad],
    [{}, notKnown],
    [{ format: 'email', email: 'a@b.example' }, notKnown],
    [{ format: 'iss_sub', iss: 'https://other.example', sub: 'acc_1' }, notKnown],
    [{ format: 'iss_sub', sub: 'acc_1' }, notKnown],
  ];
  itAnswers(
    () => server,
    [
      ...few(path),
      ...subjects().map(
        ([subject, answer]): Row => ({
          name: `that is ${JSON.stringify(subject)}`,
          send: json(path, about({ subject })),
          ...(answer as { status: number; error: string }),
        }),
      ),
      ...[7, '', 'a b', '\u0000', 'x'.repeat(101)].map(
        (sub): Row => ({
          name: `whose sub is ${JSON.stringify(sub).slice(0, 20)}`,
          send: json(path, () => about({ subject: { format: 'iss_sub', iss: server.issuer, sub } })()),
          ...notKnown,
        }),
      ),
      {
        name: 'of another stream',
        send: json(path, () =>
          JSON.stringify({ stream_id: 'other', subject: { format: 'iss_sub', iss: server.issuer, sub: 'a' } }),
        ),
        ...notKnown,
      },
    ],
  );
});

describe('a poll', () => {
  const path = () => `/oauth/ssf/poll/${id}`;
  itAnswers(
    () => server,
    [
      ...few(path),
      { name: 'of another stream', send: json('/oauth/ssf/poll/other', () => '{}'), status: 404, error: 'not_found' },
      ...[
        { maxEvents: -1 },
        { maxEvents: 1.5 },
        { maxEvents: '10' },
        { returnImmediately: 'yes' },
        { ack: 'x' },
        { ack: [1] },
        { ack: Array.from({ length: 1_001 }, () => 'x') },
        { setErrs: [] },
        { setErrs: null },
      ].map(
        (members): Row => ({
          name: `with ${JSON.stringify(members).slice(0, 60)}`,
          send: json(path, () => JSON.stringify(members)),
          ...bad,
        }),
      ),
    ],
  );
});
