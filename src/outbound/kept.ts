/**
 * Keeps what `load` returns. Concurrent callers share one load. When it is not fresh any more it is loaded again, and if that
 * fails the old one serves on; a failure without an old one is repeated to everybody for `retryMs`, without loading.
 */
export function keptFor<T>(
  load: () => Promise<T>,
  { freshMs, retryMs }: { freshMs: number; retryMs: number },
): () => Promise<T> {
  let kept: { value: T } | undefined;
  let failure: { error: unknown } | undefined;
  let until = 0;
  let loading: Promise<T> | undefined;

  async function reload(): Promise<T> {
    try {
      kept = { value: await load() };
      failure = undefined;
      until = performance.now() + freshMs;
      return kept.value;
    } catch (error) {
      failure = { error };
      until = performance.now() + retryMs;
      if (kept) return kept.value;
      throw error;
    } finally {
      loading = undefined;
    }
  }

  return async () => {
    if (performance.now() < until) {
      if (kept) return kept.value;
      if (failure) throw failure.error;
    }
    loading ??= reload();
    return loading;
  };
}
