/** The names of the demo data, which exists only on an embedded database with a localhost issuer. */
export const demo = {
  email: 'demo@vibecaas.localhost',
  password: 'demo-password-change-me',
  client: 'demo-app',
  gateway: 'demo-gateway',
  cli: 'demo-cli',
  /** Where the sample API is, below the issuer. */
  api: '/playground/api',
  /** Where that lists the projects of a person for this server. */
  projects: '/internal/projects',
} as const;
