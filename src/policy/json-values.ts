/** Reports whether values of JSON that somebody sent have the expected form. */

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown, form: RegExp): boolean {
  return typeof value === 'string' && form.test(value);
}
