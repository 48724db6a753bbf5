/** The engine's Client of each cached metadata object is built once; by itself the engine hashes the metadata every time. */
import { generateKeyPairSync } from 'node:crypto';
import { type Adapter, type AdapterPayload, Provider } from 'oidc-provider';
import { beforeEach, expect, it } from 'vitest';
import type { ClientCache } from '../../../src/oidc/client-cache.ts';
import { keepClientInstances } from '../../../src/oidc/patches/client-instances.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let cached: AdapterPayload | undefined;
let written = 0;
const clients: Pick<ClientCache, 'find'> = { find: async (id) => (cached?.client_id === id ? cached : undefined) };

function metadata(name: string): AdapterPayload {
  const fields = {
    client_id: 'app',
    client_name: name,
    client_secret: 'secret',
    redirect_uris: ['https://app.example/callback'],
  };
  const toJSON = () => {
    written += 1;
    return fields;
  };
  return Object.defineProperty({ ...fields }, 'toJSON', { value: toJSON });
}

let provider: Provider;
beforeEach(() => {
  written = 0;
  cached = metadata('App');
  provider = new Provider('http://localhost:3000', {
    adapter: () => clients as Adapter,
    cookies: { keys: ['a key'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    jwks: { keys: [privateKey.export({ format: 'jwk' })] },
    features: { devInteractions: { enabled: false } },
  });
  keepClientInstances(provider, { clients, readDocument: async () => {} });
});

it('a client is serialised once, however often it is found', async () => {
  const first = await provider.Client.find('app');
  expect(first?.clientName).toBe('App');
  for (let i = 0; i < 10; i += 1) expect(await provider.Client.find('app')).toBe(first);
  expect(written).toBe(1);
});

it('a client whose metadata is a new object is built again', async () => {
  const first = await provider.Client.find('app');
  cached = metadata('Renamed');
  const second = await provider.Client.find('app');
  expect([second === first, second?.clientName]).toEqual([false, 'Renamed']);
});

it('a client that is gone from the cache is not found', async () => {
  expect(await provider.Client.find('app')).toBeDefined();
  cached = undefined;
  expect(await provider.Client.find('app')).toBeUndefined();
});
