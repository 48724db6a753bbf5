/** The variant "bare": the engine over a Map, the cheapest possible storage. Started by engine-variant.ts. */
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { serveEngine } from './engine-server.ts';
import type { Person } from './engine-storage.ts';
import { emailOf, people } from './scenario.ts';

const rows = new Map<string, AdapterPayload>();
const byUid = new Map<string, AdapterPayload>();
const ofGrant = new Map<string, Set<string>>();

await serveEngine(async ({ passwordHash }) => {
  const persons = new Map<string, Person>();
  for (let n = 1; n <= people; n++) {
    const person = { id: `acc_bench${n}`, email: emailOf(n), password_hash: passwordHash };
    persons.set(`id ${person.id}`, person).set(`email ${person.email}`, person);
  }
  return {
    adapter,
    addClient: async (client) => void rows.set(`Client ${client.client_id}`, client),
    findPerson: async (by, value) => persons.get(`${by} ${value}`),
    statements: () => 0,
  };
});

function adapter(model: string): Adapter {
  const alive = (payload: AdapterPayload | undefined) =>
    payload?.exp !== undefined && payload.exp * 1000 < Date.now() ? undefined : payload;
  return {
    find: async (id) => alive(rows.get(`${model} ${id}`)),
    findByUid: async (uid) => alive(byUid.get(uid)),
    findByUserCode: async () => undefined,
    async upsert(id, payload) {
      const key = `${model} ${id}`;
      rows.set(key, payload);
      if (model === 'Session') byUid.set(payload.uid as string, payload);
      const { grantId } = payload;
      if (grantId === undefined) return;
      const keys = ofGrant.get(grantId) ?? new Set();
      ofGrant.set(grantId, keys.add(key));
    },
    async consume(id) {
      const payload = rows.get(`${model} ${id}`);
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      rows.delete(`${model} ${id}`);
    },
    async revokeByGrantId(grantId) {
      for (const key of ofGrant.get(grantId) ?? []) rows.delete(key);
      ofGrant.delete(grantId);
    },
  };
}
