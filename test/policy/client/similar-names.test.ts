import { expect, it } from 'vitest';
import { skeleton } from '../../../src/policy/client/similar-names.ts';

it.each([
  ['Demo Notes', 'demo  notes'],
  ['Demo Notes', 'Demo-Notes'],
  ['Demo Notes', 'Dem0 N0tes'],
  ['Demo Notes', 'Dеmо Nоtеs'], // Cyrillic е and о
  ['Demo Notes', 'Demο Nοtes'], // Greek ο
  ['Demo Notes', 'Ｄｅｍｏ Ｎｏｔｅｓ'],
  ['Demo Notes', 'Démo Nötes'],
  ['Demo Notes', 'Dem\u200do Notes'],
  ['Paypal', 'PaypaI'], // a capital i
  ['Paypal', 'Paypa1'],
  ['Modem', 'Modern'],
  ['ѕсоре', 'scope'], // all of it Cyrillic
])('%s looks like %s', (one, other) => {
  expect(skeleton(other)).toBe(skeleton(one));
});

it.each([
  ['Demo Notes', 'Demo Note'],
  ['Demo Notes', 'Notes Demo'],
  ['メモ', 'ノート'],
])('%s does not look like %s', (one, other) => {
  expect(skeleton(other)).not.toBe(skeleton(one));
});
