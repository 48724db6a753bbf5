import type { html } from 'hono/html';

/** HTML that is escaped already, as the `html` tag makes it. */
export type Html = ReturnType<typeof html>;
