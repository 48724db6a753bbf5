import type { selfRegistered as english } from '../en/self-registered.ts';

export const selfRegistered: typeof english = {
  tag: '自己登録',
};
