import type { fields as english } from '../en/fields.ts';

export const fields: typeof english = {
  problem: (label: string, problem: string) => `${label} ${problem}.`,
  chooseOne: 'Elija una de estas opciones.',
  chooseSome: 'Elija al menos una de estas opciones.',
};
