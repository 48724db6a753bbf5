/**
 * Stores walks for an hour: in the database, so that any process can continue one and a restart ends none. A walk is
 * found by the hash of what only its browser holds, and sealed with that, so that nobody else can read its tokens.
 */
import { findArtifact, insertArtifact, removeArtifact, upsertArtifact } from '../../store/artifacts.ts';
import type { Db } from '../../store/database.ts';
import { createSealer, sha256 } from '../../store/sealer.ts';
import type { StepName, Walk } from './walk.ts';

const model = 'PlaygroundWalk';
const stepModel = 'PlaygroundStep';
const rest = { grantId: null, accountId: null, lookupHash: null };

export async function findWalk(db: Db, visitor: string): Promise<Walk | undefined> {
  const stored = await findArtifact(db, model, sha256(visitor));
  return stored && JSON.parse(createSealer([visitor]).open(stored.payload, model).toString());
}

export async function saveWalk(db: Db, visitor: string, walk: Walk): Promise<void> {
  const payload = createSealer([visitor]).seal(JSON.stringify(walk), model);
  await upsertArtifact(db, { ...rest, model, idHash: sha256(visitor), payload, expiresAt: inAnHour() });
}

export async function forgetWalk(db: Db, visitor: string): Promise<void> {
  await removeArtifact(db, model, sha256(visitor));
}

/** True once for each step of a walk: a code that is sent twice would end everything issued from it. */
export async function claimStep(db: Db, walk: Walk, name: StepName): Promise<boolean> {
  const payload = Buffer.alloc(0);
  return insertArtifact(db, { ...rest, model: stepModel, idHash: stepId(walk, name), payload, expiresAt: inAnHour() });
}

/** Releases a step that got no answer, so that it can be tried again. */
export async function releaseStep(db: Db, walk: Walk, name: StepName): Promise<void> {
  await removeArtifact(db, stepModel, stepId(walk, name));
}

function stepId({ state }: Walk, name: StepName): Buffer {
  return sha256(`${state} ${name}`);
}

function inAnHour(): number {
  return Date.now() / 1000 + 3600;
}
