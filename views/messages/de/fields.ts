import type { fields as english } from '../en/fields.ts';

export const fields: typeof english = {
  problem: (label: string, problem: string) => `${label} ${problem}.`,
  chooseOne: 'Wählen Sie eine dieser Möglichkeiten.',
  chooseSome: 'Wählen Sie mindestens eine dieser Möglichkeiten.',
};
