/** Sends a request as the demo app does, and writes down what went over the wire. */
import type { Exchange } from '../../../views/playground.ts';

export interface Sent {
  readonly status: number;
  readonly json: Record<string, unknown>;
  readonly outcome: string;
  readonly exchange: Exchange;
}

/** A request with a form (POST) or a bearer token (GET). Times out after ten seconds. */
export async function send(url: string, content: { form: Record<string, string> } | { bearer: string }): Promise<Sent> {
  const sentAt = new Date();
  const started = performance.now();
  const response = await fetch(url, {
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
    ...('form' in content
      ? { method: 'POST', body: new URLSearchParams(content.form) }
      : { headers: { Authorization: `Bearer ${content.bearer}` } }),
  });
  const text = await response.text();
  const ms = Math.max(1, Math.round(performance.now() - started));
  const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
  const status = `${response.status} ${response.statusText}`;
  const challenge = response.headers.get('www-authenticate');
  return {
    status: response.status,
    json,
    outcome: `${response.status} in ${ms} ms`,
    exchange: {
      request: requestText(url, content),
      response: [challenge && `WWW-Authenticate: ${challenge}\n`, shortJson(json) || '(empty body)']
        .filter(Boolean)
        .join('\n'),
      status,
      ok: response.ok,
      sentAt,
      curl: curl(url, content),
    },
  };
}

type Content = Parameters<typeof send>[1];

function requestText(url: string, content: Content): string {
  const { pathname } = new URL(url);
  if ('bearer' in content) return `GET ${pathname}\nAuthorization: Bearer ${shorten(content.bearer)}`;
  const fields = Object.entries(content.form).map(([name, value]) => `${name}=${shorten(value)}`);
  return `POST ${pathname}\nContent-Type: application/x-www-form-urlencoded\n\n${fields.join('\n&')}`;
}

/** Whole values: this one is for pasting into a shell. */
function curl(url: string, content: Content): string {
  if ('bearer' in content) return `curl -s ${url} \\\n  -H 'Authorization: Bearer ${content.bearer}'`;
  const fields = Object.entries(content.form).map(([name, value]) => `--data-urlencode '${name}=${value}'`);
  return [`curl -s ${url}`, ...fields].join(' \\\n  ');
}

function shortJson(json: Record<string, unknown>): string {
  if (Object.keys(json).length === 0) return '';
  return JSON.stringify(json, (_key, value) => (typeof value === 'string' ? shorten(value) : value), 2);
}

/** Long random values are shown by their beginning. */
export function shorten(value: string): string {
  return /^[\w.-]{49,}$/.test(value) ? `${value.slice(0, 40)}…` : value;
}
