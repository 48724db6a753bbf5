/** A request as a command that works when it is pasted into a shell. */
export type Content = { form: Record<string, string> } | { bearer: string };

/** `options` such as `-i`, to show the status if there is nothing else to show. */
export function curlOf(url: string, content: Content, options = '-s'): string {
  const lines = [`curl ${options} ${quoted(url)}`];
  if ('bearer' in content) lines.push(`-H ${quoted(`Authorization: Bearer ${content.bearer}`)}`);
  else lines.push(...Object.entries(content.form).map(([name, value]) => field(name, value)));
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
