/** Which events of the audit log receivers of Shared Signals are told of, about whom, and how a stream moves on. */
import { describe, expect, it } from 'vitest';
import {
  progressOf,
  type RecordedEvent,
  type Signal,
  signalActions,
  signalsOf,
} from '../../src/policy/shared-signals.ts';

const issuer = 'https://auth.example';
const event = (action: string, more: Partial<RecordedEvent> = {}): RecordedEvent => ({
  sealed_seq: '7',
  hash: 'ab',
  at: new Date('2026-11-29T10:00:00.900Z'),
  actor: 'account:acc_1',
  action,
  target: 'account:acc_1',
  details: {},
  ...more,
});
const said = (one: RecordedEvent) =>
  signalsOf(one, issuer).map(({ key, type, subject, claims }) => ({
    key,
    type: type.split('/').at(-1),
    subject,
    ...claims,
  }));
const person = { format: 'iss_sub', iss: issuer, sub: 'acc_1' };

describe('an event', () => {
  it('on an account ends its sessions, and a new password is a changed credential too', () => {
    const when = { event_timestamp: 1795946400, initiating_entity: 'user' };
    expect(said(event('account.password_set'))).toEqual([
      { key: '7-ab.s', type: 'session-revoked', subject: person, ...when },
      {
        key: '7-ab.password',
        type: 'credential-change',
        subject: person,
        credential_type: 'password',
        change_type: 'update',
        ...when,
      },
    ]);
    expect(said(event('account.suspended', { actor: 'cli:ada@host' }))).toMatchObject([{ initiating_entity: 'admin' }]);
    expect(said(event('account.passkey_added'))).toMatchObject([{ credential_type: 'passkey', change_type: 'create' }]);
    expect(said(event('account.second_step_off'))).toMatchObject([{ credential_type: 'app', change_type: 'delete' }]);
  });

  it('that takes an account back ends its sessions, whatever took it', () => {
    const admin = { actor: 'account:acc_9' };
    expect(said(event('account.address_change_undone')).map(({ key }) => key)).toEqual(['7-ab.s', '7-ab.password']);
    expect(said(event('account.password_change_required', admin)).map(({ key }) => key)).toEqual(['7-ab.s']);
    expect(said(event('account.passkey_removed', admin)).map(({ key }) => key)).toEqual(['7-ab.s', '7-ab.passkey']);
    expect(said(event('account.passkey_removed')).map(({ key }) => key)).toEqual(['7-ab.passkey']);
    const reset = (details: object) =>
      said(event('account.second_step_reset', { ...admin, details })).map(({ key }) => key);
    expect(reset({ app: false, passkeys: 2 })).toEqual(['7-ab.s', '7-ab.passkey']);
    expect(reset({ app: true, passkeys: 0 })).toEqual(['7-ab.s', '7-ab.app']);
    expect(said(event('account.signed_in'))).toEqual([]);
  });

  it('after a restore has another name than the one that had its place', () => {
    const [before, after] = ['ab', 'cd'].map((hash) => said(event('account.suspended', { hash })));
    expect(before?.[0]?.key).not.toBe(after?.[0]?.key);
  });

  it('on an authorization names it as tokens do, and the person if the log knows', () => {
    const ended = { target: 'grant:g1', actor: 'client:spa' };
    expect(said(event('refresh_token.revoked', ended))).toMatchObject([
      { subject: { format: 'complex', session: { format: 'opaque', id: 'g1' } }, initiating_entity: 'system' },
    ]);
    const details = { account: 'acc_1', client: 'spa' };
    expect(said(event('refresh_token.reused', { ...ended, details }))).toMatchObject([
      {
        subject: { format: 'complex', session: { format: 'opaque', id: 'g1' }, user: person },
        initiating_entity: 'policy',
      },
    ]);
  });

  it('that disconnects an app names app and person', () => {
    const disconnected = event('app.disconnected', {
      target: 'client:spa',
      details: { account: 'acc_1', reason: 'private' },
    });
    const [signal] = said(disconnected);
    expect(signal).toMatchObject({
      subject: { format: 'complex', application: { format: 'opaque', id: 'spa' }, user: person },
      initiating_entity: 'user',
    });
    expect(JSON.stringify(signal)).not.toContain('private');
  });

  it('of any other kind, or without a subject, is not told', () => {
    for (const action of ['account.signed_in', 'account.created', 'client.created', 'consent.given', 'session.ended']) {
      expect(signalActions).not.toContain(action);
      expect(said(event(action))).toEqual([]);
    }
    expect(said(event('app.disconnected', { target: 'nonsense' }))).toEqual([]);
  });
});

describe('a stream', () => {
  const signals = [3n, 5n, 8n].map((seq): Signal => ({ key: `${seq}.s`, seq, type: 't', subject: {}, claims: {} }));
  const rows: [what: string, acknowledged: string[], pending: string[], readSeq: bigint, beyond: string[]][] = [
    ['waits before the first that is not acknowledged', [], ['3.s', '5.s', '8.s'], 2n, []],
    ['moves on with the first', ['3.s'], ['5.s', '8.s'], 4n, []],
    ['remembers what was acknowledged out of order', ['5.s', '8.s'], ['3.s'], 2n, ['5.s', '8.s']],
    ['moves past what was read once all is acknowledged', ['3.s', '5.s', '8.s'], [], 10n, []],
    ['forgets what nobody sent', ['4.s', '99.s'], ['3.s', '5.s', '8.s'], 2n, []],
  ];
  it.each(rows)('%s', (_what, acknowledged, pending, readSeq, beyond) => {
    const at = progressOf(signals, new Set(acknowledged), 10n);
    expect({ ...at, pending: at.pending.map(({ key }) => key) }).toEqual({ pending, readSeq, acknowledged: beyond });
  });
});
