import type { fields as english } from '../en/fields.ts';

export const fields: typeof english = {
  problem: (label: string, problem: string) => `${label}${problem}。`,
  chooseOne: 'いずれか 1 つを選んでください。',
  chooseSome: '少なくとも 1 つを選んでください。',
};
