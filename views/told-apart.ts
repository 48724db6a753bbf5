/**
 * What each of several things is called in the name of its button, so that a screen reader tells one from another: by its name,
 * and where another has the same name, by its id too.
 */
export function toldApart<T extends { name: string; clientId: string }>(things: readonly T[]): (thing: T) => string {
  const times = new Map<string, number>();
  for (const { name } of things) times.set(heard(name), (times.get(heard(name)) ?? 0) + 1);
  return ({ name, clientId }) => ((times.get(heard(name)) ?? 0) > 1 ? `${name}, ${clientId}` : name);
}

/** Case and gaps are not heard. */
const heard = (name: string): string => name.toLowerCase().replace(/\s+/g, ' ').trim();
