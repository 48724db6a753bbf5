/** Reads a list of the store page by page, only as far as its reader goes. */

const pageSize = 200;

/** `read` is a list of the store; `limit` is the maximum number of items. */
export async function* paged<T>(
  read: (page: { limit: number; after?: string }) => Promise<T[]>,
  idOf: (item: T) => string,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<T[]> {
  let after: string | undefined;
  for (let left = limit; left > 0; ) {
    const wanted = Math.min(left, pageSize);
    const page = await read({ limit: wanted, ...(after === undefined ? {} : { after }) });
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (page.length < wanted || last === undefined) return;
    left -= page.length;
    after = idOf(last);
  }
}

/** A list that is short by nature. */
export async function* onePage<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield rows;
}

/** The option of every list. */
export const limitOption = { limit: { type: 'count', value: 'N', doc: 'only the first N' } } as const;

/** Reads a list by its position, for lists that stay short enough for that. */
export async function* pagedByNumber<T>(
  read: (page: { limit: number; offset: number }) => Promise<T[]>,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<T[]> {
  for (let offset = 0; offset < limit; offset += pageSize) {
    const wanted = Math.min(limit - offset, pageSize);
    const page = await read({ limit: wanted, offset });
    if (page.length > 0) yield page;
    if (page.length < wanted) return;
  }
}
