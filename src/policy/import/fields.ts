/** Reads the fields of an exported object, of which nothing is known. */

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsIn(value: unknown): Fields {
  if (isFields(value)) return value;
  // A database may have written JSON as text.
  return typeof value === 'string' && value.startsWith('{') ? (parsed(value, isFields) ?? {}) : {};
}

/** Returns the text, or undefined if the field is missing, empty, or has another type. */
export function textIn(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Returns the texts of a list. Hydra 1 stores a list as one text with bars; a database may have written JSON as text. */
export function textsIn(fields: Fields, name: string): string[] {
  const value = fields[name];
  if (typeof value === 'string') {
    const list = value.startsWith('[') ? parsed(value, Array.isArray) : undefined;
    return texts(list ?? value.split('|'));
  }
  return texts(Array.isArray(value) ? value : []);
}

const texts = (list: readonly unknown[]): string[] =>
  list.filter((one): one is string => typeof one === 'string' && one !== '');

/** Returns the objects of a list. */
export function objectsIn(fields: Fields, name: string): Fields[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** Some servers write flags as text. */
export const isOn = (value: unknown): boolean => value === true || value === 'true';

/** Returns a moment in ISO 8601, of a text or of milliseconds since 1970; undefined if it is neither, or after `now`. */
export function momentOf(value: unknown, now: Date): string | undefined {
  const time = typeof value === 'string' || typeof value === 'number' ? new Date(value) : undefined;
  if (!time || Number.isNaN(time.getTime()) || time > now || time.getTime() < 0) return undefined;
  return time.toISOString();
}

function parsed<T>(text: string, test: (value: unknown) => value is T): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
