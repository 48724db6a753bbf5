/** The result of a step that the app takes, as the walk stores it: what went over the wire, in the words of the page. */
import type { Exchange, Sent } from '../../flow-demo/wire.ts';
import type { Recorded, Taken } from './walk.ts';

export function takenBy({ status, exchange }: Sent, expected: number): Taken {
  const outcome = `${status} · ${exchange.tookMs} ms`;
  return { outcome, expected: status === expected, exchange: recorded(exchange) };
}

function recorded({ request, response, sentAt }: Exchange): Recorded {
  const { status, statusText } = response;
  return {
    request: requestText(request),
    response: responseText(response),
    status: `${status} ${statusText}`,
    ok: status >= 200 && status < 300,
    sentAt,
  };
}

function requestText({ method, url, bearer, form = {} }: Exchange['request']): string {
  const { pathname } = new URL(url);
  if (bearer !== undefined) return `${method} ${pathname}\nAuthorization: Bearer ${bearer}`;
  const fields = Object.entries(form).map(([name, value]) => `${name}=${value}`);
  return `${method} ${pathname}\nContent-Type: application/x-www-form-urlencoded\n\n${fields.join('\n&')}`;
}

function responseText({ challenge, body }: Exchange['response']): string {
  const head = challenge === undefined ? '' : `WWW-Authenticate: ${challenge}\n\n`;
  const empty = Object.keys(body).length === 0;
  return head + (empty ? 'An empty body: done.' : JSON.stringify(body, null, 2));
}
