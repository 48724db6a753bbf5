/** When a pushed Security Event Token counts as taken, refused or failed (RFC 8935), and when it is sent again. Pure. */

export const pushDelivery = 'urn:ietf:rfc:8935';

/** `refused`: it is never sent again. `failed`: it is, and everything after it waits. */
type PushOutcome = 'delivered' | 'refused' | 'failed';

export interface PushResult {
  readonly outcome: PushOutcome;
  /** What the receiver said, for admins; undefined if it took the token. */
  readonly error?: string;
}

interface PushAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: string;
}

/**
 * Judges an answer. A receiver that can't parse a token will not parse it the next time either (`invalid_request`); all other errors
 * of RFC 8935 §2.4 are about keys, names and credentials, which somebody can put right.
 */
export function pushResultOf({ status, contentType, body }: PushAnswer): PushResult {
  if (status >= 200 && status < 300) return { outcome: 'delivered' };
  const said = status === 400 && /^application\/json\s*(;|$)/i.test(contentType ?? '') ? errorIn(body) : undefined;
  if (!said) return { outcome: 'failed', error: `it answered ${status}` };
  const error = `it answered ${said.err}${said.description === '' ? '' : `: ${said.description}`}`;
  return { outcome: said.err === 'invalid_request' ? 'refused' : 'failed', error };
}

const maxDescriptionChars = 200;

function errorIn(body: string): { err: string; description: string } | undefined {
  let value: { err?: unknown; description?: unknown } | null;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const err = value?.err;
  if (typeof err !== 'string' || !/^[\w.:/-]{1,100}$/.test(err)) return undefined;
  const description = typeof value?.description === 'string' ? value.description : '';
  return { err, description: description.replace(/\p{C}/gu, ' ').trim().slice(0, maxDescriptionChars) };
}

const [firstPauseSeconds, maxPauseSeconds] = [5, 3600];
/** The maximum share by which a pause is extended at random, so that streams that failed together are not sent together. */
const jitter = 0.2;

/** After this number of failures in a row, which takes most of a day, the stream is paused. */
export const maxPushFailures = 30;

/** Returns the pause after `failures` in a row: it doubles up to an hour, and is at least `requestedSeconds`, which is an hour at most. */
export function pushPauseSeconds(failures: number, random: number, requestedSeconds = 0): number {
  const pauseSeconds = Math.min(maxPauseSeconds, firstPauseSeconds * 2 ** Math.min(failures - 1, 20));
  return Math.max(pauseSeconds, Math.min(requestedSeconds, maxPauseSeconds)) * (1 + jitter * random);
}
