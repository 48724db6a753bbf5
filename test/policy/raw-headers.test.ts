/** Repeated headers are found, whatever their case. */
import { expect, it } from 'vitest';
import { rawHeaderValues } from '../../src/policy/raw-headers.ts';

const raw = ['Host', 'a', 'Authorization', 'one', 'X-Host', 'b', 'AUTHORIZATION', 'two', 'host', 'c'];

it.each([
  ['host', ['a', 'c']],
  ['authorization', ['one', 'two']],
  ['x-host', ['b']],
  ['dpop', []],
])('%s', (name, values) => expect(rawHeaderValues(raw, name)).toEqual(values));
