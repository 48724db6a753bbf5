/** Reads the JSON object that a registration consists of. */
import type { Context } from 'koa';
import { AppError } from '../../../errors.ts';
import { RegistrationProblem } from '../../../policy/client/registration-request.ts';
import type { ClientDocument } from '../../../policy/client/self-registration.ts';
import { readStart } from '../../http/forms.ts';

const maxBytes = 64 * 1024;
/** Deeper values are only sent to exhaust the stack of whoever walks through them. */
const maxDepth = 16;

/** @throws RegistrationProblem, or AppError too_large */
export async function readDocumentBody(ctx: Context): Promise<ClientDocument> {
  const { body, whole } = await readStart(ctx, maxBytes);
  if (!whole) throw new AppError('too_large', 'The registration is larger than 64 KB');
  if (!ctx.is('application/json')) throw problem('Send the registration as Content-Type: application/json');
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw problem('The registration is not JSON');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw problem('The registration is not a JSON object');
  }
  if (isDeeper(document, maxDepth)) throw problem('The registration is nested too deeply');
  ctx.state.registrationRead = document;
  return document as ClientDocument;
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((one) => isDeeper(one, depth - 1));
}

const problem = (message: string) => new RegistrationProblem('invalid_client_metadata', message);
