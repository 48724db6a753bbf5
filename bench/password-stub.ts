/**
 * Replaces @node-rs/argon2 in the measured servers: every password is correct, at no cost. A real verification costs the
 * same in each of them and many times more than everything else, so that nothing else would be visible.
 */
export async function verify(): Promise<boolean> {
  return true;
}

export async function hash(): Promise<never> {
  throw new Error('no server under measurement hashes a new password');
}
