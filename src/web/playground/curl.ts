/** A request as a command that works when it is pasted into a shell. */
import type { Request } from '../../flow-demo/requests.ts';

/** `options` such as `-i`, to show the status if there is nothing else to show. */
export function curlOf(request: Request, options = '-s'): string {
  const lines = [`curl ${options} ${quoted(request.url)}`];
  if ('form' in request) lines.push(...Object.entries(request.form).map(([name, value]) => field(name, value)));
  else if (request.bearer !== undefined) lines.push(`-H ${quoted(`Authorization: Bearer ${request.bearer}`)}`);
  return lines.join(' \\\n  ');
}

/** `-d` sends a value unchanged, so it is used for values that need no encoding. */
function field(name: string, value: string): string {
  const flag = /^[\w.~:/…-]*$/.test(value) ? '-d' : '--data-urlencode';
  return `${flag} ${quoted(`${name}=${value}`)}`;
}

function quoted(word: string): string {
  return /^[\w.~:/=…-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
