import { expect, it } from 'vitest';
import { tokensTile } from '../../../src/web/admin/tiles.ts';

const days = (...last: number[]) => [...Array(30 - last.length).fill(0), ...last];

it('an installation that is new today shows what it has issued today', () => {
  expect(tokensTile(days(120))).toMatchObject({ label: 'Tokens today', figure: '120' });
});

it('from the second day on the tile shows a day’s share of the last week, and says so', () => {
  expect(tokensTile(days(70, 120))).toMatchObject({ label: 'Tokens a day, the week before today', figure: '10' });
});

it('an installation without activity shows zero for today', () => {
  expect(tokensTile(days())).toMatchObject({ label: 'Tokens today', figure: '0' });
});
