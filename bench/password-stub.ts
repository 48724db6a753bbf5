/**
 * Stands for @node-rs/argon2 in the measured servers: every password is right, at no cost. A real verification is the same
 * work for each of them and many times everything else, so that nothing else could be seen beside it.
 */
export async function verify(): Promise<boolean> {
  return true;
}

export async function hash(): Promise<never> {
  throw new Error('no server under measurement hashes a new password');
}
