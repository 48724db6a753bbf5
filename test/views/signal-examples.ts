/** Examples of the pages about streams of signals. */
import { type StreamRow, streamsPage } from '../../views/admin/signals/list.ts';
import { type StreamDetail, streamActPage, streamActs, streamPage } from '../../views/admin/signals/one.ts';

const frame = { csrf: 'c', email: 'admin@vibecaas.localhost' };
const now = new Date('2026-11-29T18:00:00Z');
const before = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

const rows: StreamRow[] = [
  {
    clientId: 'fraud-detection',
    name: 'Fraud detection',
    pushes: true,
    state: 'enabled',
    waiting: 0,
    delivered: before(2),
  },
  {
    clientId: 'vcs_client_5f0e8a7c91b2d3e4f5a60718',
    name: 'Gateway of the analytics API in Frankfurt',
    pushes: true,
    state: 'failing',
    waiting: 1_000,
    delivered: before(3 * 24 * 60),
    error: 'it answered authentication_failed: the header Authorization is not the one that we know',
  },
  {
    clientId: 'support-desk',
    name: 'Support desk',
    pushes: false,
    state: 'paused',
    waiting: 17,
    delivered: before(90),
  },
  { clientId: 'old-gateway', name: '<b>Old</b> gateway', pushes: false, state: 'disabled', waiting: 0 },
];
const [fine, failing, paused] = rows as [StreamRow, StreamRow, StreamRow, StreamRow];

const detail = (row: StreamRow, more: Partial<StreamDetail> = {}): StreamDetail => ({
  ...row,
  id: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  events: [],
  pausedByAdmin: false,
  lateSeconds: 0,
  failures: 0,
  removed: 0,
  created: before(60 * 24 * 60),
  ...(row.pushes && { url: 'https://receiver.example/shared-signals/a-rather-long-path/that-breaks-somewhere' }),
  ...more,
});
const failed = {
  lateSeconds: 3 * 24 * 3600,
  failures: 14,
  failingSince: before(3 * 24 * 60),
  next: before(-42),
  removed: 12,
};
const held = { lateSeconds: 5400, pausedByAdmin: true, reason: 'It moves to another data centre.' };

const links = (count: number) => ({
  numbers: [{ page: 1 }],
  number: 1,
  from: 1,
  to: count,
  total: count,
  more: false,
});

export const signalPages = (): Record<string, string> => ({
  'admin, no streams of signals': streamsPage({ frame, rows: [], links: links(0), now }),
  'admin, streams of signals': streamsPage({ frame, rows, links: links(rows.length), now }),
  'admin, a stream of signals': streamPage({ frame, stream: detail(fine), now }),
  'admin, a stream of signals that fails': streamPage({ frame, stream: detail(failing, failed), now }),
  'admin, a stream of signals that is paused': streamPage({ frame, stream: detail(paused, held), now }),
  ...Object.fromEntries(
    streamActs.map((act) => [
      `admin, a stream of signals to ${act}`,
      streamActPage({ frame, stream: fine, act, problems: {}, reason: '' }),
    ]),
  ),
  'admin, a stream of signals to pause without a reason': streamActPage({
    frame,
    stream: fine,
    act: 'pause',
    problems: { reason: 'is required' },
    reason: '',
  }),
});
