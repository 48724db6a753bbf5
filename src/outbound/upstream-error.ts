/** Why a provider did not sign somebody in. The message is for the log; people read what the kind says. */
export class UpstreamError extends Error {
  /**
   * `down`: it can't be reached, or says that it can't answer. `refused`: its answer is not one that we accept. `denied`: the
   * person said no there, or the provider did.
   */
  readonly kind: 'down' | 'refused' | 'denied';

  constructor(kind: UpstreamError['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'UpstreamError';
    this.kind = kind;
  }
}

/** What a library threw, as the error of ours that is at its root. */
export function asUpstreamError(error: unknown): UpstreamError {
  const messages: string[] = [];
  for (let one = error; one instanceof Error && messages.length < 5; one = one.cause) {
    if (one instanceof UpstreamError) return one;
    messages.push(one.message);
  }
  return new UpstreamError('refused', messages.join(': ') || 'unknown failure', error);
}
