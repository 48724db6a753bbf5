/** The engine reads forms up to 56 KB. For a longer one it has the words of any body that can't be read; here is which it was. */
import type { EngineError } from './events.ts';

/** Whether the engine gave up on a body because of its length. */
export function isBodyTooLarge(refused: EngineError | undefined): boolean {
  return refused?.error === 'invalid_request' && refused.error_detail === 'request entity too large';
}
