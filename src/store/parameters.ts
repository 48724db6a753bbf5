/** The parameters of a statement that is put together from parts. Each part adds its values and gets their names. */
export interface Parameters {
  readonly values: unknown[];
  /** Adds a value and returns its name in the statement: `$1`, `$2`, … */
  readonly add: (value: unknown) => string;
}

export function newParameters(first: readonly unknown[] = []): Parameters {
  const values = [...first];
  return { values, add: (value) => `$${values.push(value)}` };
}

/** A table expression of one row. */
export const oneRow = '(VALUES (1)) one';
