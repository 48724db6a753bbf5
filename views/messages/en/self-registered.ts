/** Clients that registered themselves. */
export const selfRegistered = {
  tag: 'Registered itself',
};
