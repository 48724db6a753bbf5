/**
 * What to call each of several things in the label of its button, so that a screen reader tells them apart: the name,
 * and the id too if another thing has the same name.
 */
export function toldApart<T extends { name: string; clientId: string }>(things: readonly T[]): (thing: T) => string {
  const times = new Map<string, number>();
  for (const { name } of things) times.set(heard(name), (times.get(heard(name)) ?? 0) + 1);
  return ({ name, clientId }) => ((times.get(heard(name)) ?? 0) > 1 ? `${name}, ${clientId}` : name);
}

/** Case and spacing cannot be heard. */
const heard = (name: string): string => name.toLowerCase().replace(/\s+/g, ' ').trim();
