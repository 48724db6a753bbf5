/** Why a provider did not sign somebody in. The message is for the log; people read what the kind says. */
export class UpstreamError extends Error {
  /**
   * `down`: it can't be reached, or says that it can't answer. `refused`: its answer can't be accepted. `denied`: the person said
   * no there, or the provider did.
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

const sorry = new Set(['server_error', 'temporarily_unavailable']);

/** The error with which the provider sent the browser back. Its text is the provider's, so it is only logged. */
export function deniedBy(library: typeof import('openid-client'), error: unknown): UpstreamError | undefined {
  if (!(error instanceof library.AuthorizationResponseError)) return undefined;
  const { error: code, error_description: description } = error;
  return new UpstreamError(sorry.has(code) ? 'down' : 'denied', [code, description].filter(Boolean).join(': '), error);
}
