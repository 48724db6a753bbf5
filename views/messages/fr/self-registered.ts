import type { selfRegistered as english } from '../en/self-registered.ts';

export const selfRegistered: typeof english = {
  tag: 'Enregistrée d’elle-même',
};
