/** Where a page of ours leads next: only a path of ours, whatever a link says. */
export function localPath(next: unknown, home = '/account/apps'): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])[\x21-\x7e]*$/.test(next) || next.includes('\\')) return home;
  return next;
}
