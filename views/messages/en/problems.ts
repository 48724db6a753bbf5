/**
 * What rules say of a value, by their id and with their facts. In English the texts stand beside the rules
 * (src/policy/problem-texts.ts), because programs read them too.
 */
export const problems: Readonly<Record<string, (...facts: string[]) => string>> = {};
