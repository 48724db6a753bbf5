/** A secret on the only page that shows it. */
export const secretOnce = {
  copyNow: 'Copy it now. Only a fingerprint of it is kept, so nobody can show it again.',
  copyNowSealed: 'Copy it now. It is kept sealed, to sign with, and nobody can show it again.',
  copy: 'Copy',
  copied: 'Copied',
  theSecret: 'the secret',
  theEnv: 'the .env lines',
};
