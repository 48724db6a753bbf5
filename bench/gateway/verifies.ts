/** Measures verifications per second of CPU time, in process. */
import { importJWK, jwtVerify } from 'jose';
import { createVerifier } from '../../src/gateway/verifier.ts';
import { inTurns, perSecondOfCpu } from './rounds.ts';
import { issuer, resource, type Tokens } from './tokens.ts';

/** Number of concurrent verifications that may wait for I/O. */
const concurrency = 64;

export async function measureVerifies(stub: string, { publicJwk, tokens }: Tokens) {
  const endpoints = {
    jwks: `${stub}/oauth/jwks`,
    revocations: `${stub}/oauth/revocations`,
    introspection: `${stub}/oauth/introspect`,
  };
  const credentials = { clientId: 'bench', clientSecret: 'bench' };
  const options = { issuer, audience: resource, endpoints, credentials };
  const warm = createVerifier(options);
  const cold = createVerifier({ ...options, cachedTokens: 0 });
  const deaf = createVerifier({ ...options, endpoints: { ...endpoints, revocations: 'http://127.0.0.1:9/' } });
  await Promise.all([warm.ready(), cold.ready()]);
  const key = await importJWK(publicJwk, 'ES256');
  const expected = { issuer, audience: resource, typ: 'at+jwt', algorithms: ['ES256'] };
  let used = 0;
  const another = () => {
    used += 1;
    return tokens[used % tokens.length] as string;
  };
  const many = (verify: (token: string) => Promise<unknown>) => () =>
    Promise.all(Array.from({ length: concurrency }, () => verify(another())));
  const few = tokens.slice(0, 1_000);
  try {
    return await inTurns(
      {
        warm: () =>
          perSecondOfCpu(400, few.length, async () => {
            for (const token of few) await warm.verify(token, { scope: 'projects:read' });
          }),
        cold: () =>
          perSecondOfCpu(
            600,
            concurrency,
            many((token) => cold.verify(token, { scope: 'projects:read' })),
          ),
        jose: () =>
          perSecondOfCpu(
            600,
            concurrency,
            many((token) => jwtVerify(token, key, expected)),
          ),
        introspection: () =>
          perSecondOfCpu(
            400,
            concurrency,
            many((token) => deaf.verify(token)),
          ),
      },
      5,
    );
  } finally {
    for (const one of [warm, cold, deaf]) await one.close();
  }
}
