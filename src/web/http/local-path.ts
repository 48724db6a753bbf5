/**
 * Where a page of ours leads next: only a path of ours, whatever a link says, and in the language of the person. A language
 * in it would count as chosen with our own page, because our own page leads there.
 */
export function localPath(next: unknown, home = '/account/apps'): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])[\x21-\x7e]*$/.test(next) || next.includes('\\')) return home;
  return withoutLanguage(next);
}

function withoutLanguage(path: string): string {
  const [, before = path, query = '', fragment = ''] = /^([^?#]*)\??([^#]*)(#.*)?$/.exec(path) ?? [];
  const parameters = new URLSearchParams(query);
  if (!parameters.has('ui_locales')) return path;
  parameters.delete('ui_locales');
  return `${before}${parameters.size > 0 ? `?${parameters}` : ''}${fragment}`;
}
