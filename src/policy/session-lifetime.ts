/** How long a session lives after it was last prolonged. */
export const sessionLifetimeSeconds = 14 * 24 * 3600;
