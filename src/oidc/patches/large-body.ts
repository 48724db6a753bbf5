/**
 * The engine reads forms up to 56 KB, and refuses a longer one with the text for any unreadable body. This tells them
 * apart.
 */
import type { EngineError } from './events.ts';

/** Whether the engine refused a body because of its length. */
export function isBodyTooLarge(refused: EngineError | undefined): boolean {
  return refused?.error === 'invalid_request' && refused.error_detail === 'request entity too large';
}
