/** Mails about API keys. */
export const apiKeyMails = {
  madeSubject: 'An API key was made',
  rotatedSubject: 'An API key was rotated',
  revokedSubject: 'An API key was revoked',
  endingSubject: 'An API key ends soon',
  preview: 'Was that you? If not, revoke it now.',
  revokedPreview: 'Programs that use it are refused.',
  endingPreview: 'Rotate it before your programs stop.',
  madeLead:
    'Somebody who was signed in to your account made a key. Programs that have it act as you, within what it may do.',
  madeByAdmin: 'An admin made a key for your account. Programs that have it act as you, within what it may do.',
  revokedLead:
    'An admin revoked one of your keys. Every program that uses it is refused from now on. Make another one if you still need it.',
  endingLead:
    'Programs that use this key are refused from then on. Rotate it: you get a new one with the same permissions, and the old one goes on until then.',
  notYou: 'Revoke the key now, and set a new password.',
  button: 'See your keys',
  key: 'Key',
  ends: 'Ends',
  changedSubject: 'An API key was changed',
  furtherSubject: 'An API key works from more networks',
  changedPreview: 'Programs that use it may be refused.',
  furtherLead: 'Somebody who was signed in to your account changed where one of your keys may be used from.',
  furtherByAdmin: 'An admin changed where one of your keys may be used from.',
  changedByAdmin: 'An admin took rights from one of your keys. Programs that need them are refused from now on.',
  notAsked: 'You did not ask for this?',
  fields: { scope: 'May', projects: 'Projects', networks: 'Networks', ends: 'End' },
  allProjects: 'all projects',
  allNetworks: 'all networks',
  before: (what: string): string => `${what} before`,
  now: (what: string): string => `${what} now`,
};
