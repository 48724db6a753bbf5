/** Which addresses the gateway accepts for its upstream: it refuses what it would not send to. */
import { describe, expect, it } from 'vitest';
import { readGatewayConfig } from '../../src/config/gateway.ts';

const read = (UPSTREAM_URL: string) => readGatewayConfig({ GATEWAY_CLIENT_SECRET: 'x', UPSTREAM_URL }).upstreamUrl;

describe('UPSTREAM_URL', () => {
  it.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['https://api.internal/base/', 'https://api.internal/base'],
    ['http://[::1]:8080/a/b', 'http://[::1]:8080/a/b'],
  ])('may be %s', (address, kept) => {
    expect(read(address)).toBe(kept);
  });

  it.each([
    'api.internal',
    'unix:/run/api.sock',
    'https:evil.example',
    'https:/evil.example',
    'https:///evil.example',
    'https:\\\\evil.example',
    'http://api.internal/base?key=1',
    'http://api.internal/#base',
    'http://user:word@api.internal',
    'http://user@api.internal',
  ])('may not be %s, which the refusal does not repeat', (address) => {
    expect(() => read(address)).toThrow(/UPSTREAM_URL:? must be an http or https address, without/);
    expect(() => read(address)).not.toThrow(/user|key=1/);
  });
});
