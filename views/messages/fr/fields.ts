import type { fields as english } from '../en/fields.ts';

export const fields: typeof english = {
  problem: (label: string, problem: string) => `${label} ${problem}.`,
  chooseOne: 'Choisissez l’une de ces options.',
  chooseSome: 'Choisissez au moins une de ces options.',
};
