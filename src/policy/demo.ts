/** The names of the demo data, which exists only on an embedded database with a localhost issuer. */
export const demo = {
  email: 'demo@vibecaas.localhost',
  password: 'demo-password-change-me',
  client: 'demo-app',
  gateway: 'demo-gateway',
  cli: 'demo-cli',
} as const;
