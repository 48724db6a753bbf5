/**
 * What rules say of a value, to be read on after the name of its field. Programs and the command line get the English of
 * this table. A page finds the rule again by its text, and says it in the reader's language.
 */
export const problemTexts = {
  characters: 'must have 1 to {max} characters',
  inkless: 'must have 1 to {max} characters, with a letter, digit or symbol among them',
  tooLong: 'must have at most {max} characters',
  edges: 'must not begin or end with a space',
  invisible: 'must not have control or invisible characters',
  marks: 'must not have more than {max} marks on one character',
  email: 'must be an email address',
  emails: 'must be email addresses: {value} is not one',
  https: 'must begin with https://',
  wholeAddress: 'must be a whole address such as https://app.example/',
  fragment: 'must not have a fragment (#)',
  notUrl: 'is not an absolute URL',
  notUri: 'is not an absolute URI',
  userName: 'must not have a user name or password',
  wildcard: 'must not have a wildcard (*): register each address',
  unencoded: 'has characters that a URI cannot have: percent-encode them',
  scheme: 'must not use the scheme {scheme}',
  answerName: 'must not have {name} in its query: answers are told under that name',
  webOrLocal: 'must begin with https://, or with http:// on localhost',
  webOrOwn:
    'must begin with https://, with http:// on localhost, or with a domain of yours in reverse, as in com.example.app:/',
  afterScheme: 'must have something after the scheme',
  spelling: 'must be written as {address}',
  httpLocal: 'must begin with https://: http:// is for localhost only',
  loopbackHttp: 'must begin with http:// on localhost (RFC 8252 §7.3)',
  outOfBand: 'must not be out of band: an app on a machine without a browser uses the device flow',
  atLeastOne: 'must have at least one',
  tooMany: 'must be at most {max}',
  tooManyCharacters: 'must be at most {max} characters',
  tooManyEntries: 'must be at most {max} entries',
  noSignIn: 'must be empty: nobody signs in to a {type}',
  noSecret: 'must be empty: only a client without a secret runs in a browser',
  wholeNumber: 'must be a whole number from {min} to {max}',
  missing: 'is missing',
  noPicture: 'must be a picture: choose a file',
  megabyte: 'must have at most 1 MB',
  pixels: 'must be at most {max} pixels wide and high, not {width} × {height}',
  pictureKind: 'must be a whole PNG, JPEG or WebP picture',
  originNull: 'must not be null, which any page can send',
  originWildcard: 'must not have a wildcard (*): register each origin',
  originRefused: 'is not an origin that may be registered',
  notOrigin: 'is not an origin such as {example}',
  originAlone: 'must be an origin alone: {origin}',
  webhookAddress: 'must be a whole address such as https://app.example/webhooks',
  credentials: 'must not contain a user name or a password',
  noHash: 'must not have a part after #',
  notHere: 'must not be on this machine',
  httpOrHttps: 'must begin with https:// or http://',
  publicAddress: 'must be at a public address',
  publicName: 'must be at a public name',
  workloadIssuer: 'must have issuers such as https://token.actions.githubusercontent.com: {issuer} is not one',
  workloadPrivate: 'must have jwks for {issuer}: its keys can’t be read, because it is not at a public address',
  workloadSubject: 'must have subjects of 1 to {max} visible characters',
  workloadStar: 'must not trust {subject}: a * is a whole part between : or /, or the end',
  workloadReach:
    'must not trust {subject}: strangers have such subjects too. Name owner and repository, project or namespace in full',
  workloadAudience: 'must have audiences of visible characters',
  workloadOnly: 'must be empty unless the client proves itself by workload_identity',
  profileMethod: 'must be private_key_jwt for profile fapi2: a secret or nothing at all proves too little',
  profileAudience: 'must be issuer for profile fapi2: assertions may name nothing else',
  profileAlgorithm: 'must be ES256 for profile fapi2',
  profileDevice: 'must not have the device code for profile fapi2: it has no redirect that could be checked',
  profileRedirect: 'must begin with https:// and lead to another computer for profile fapi2',
  networkForm: 'must be addresses or networks such as 203.0.113.0/24 or 2001:db8::/32',
  future: 'must be in the future',
  tenYears: 'must be within ten years',
} as const;

export type ProblemId = keyof typeof problemTexts;

/** The text of a rule, with its facts in their places. */
export function problemText(id: ProblemId, ...facts: readonly (string | number)[]): string {
  const left = [...facts];
  return problemTexts[id].replace(/\{\w+\}/g, () => String(left.shift()));
}

const patterns = Object.entries(problemTexts).map(([id, text]) => {
  const parts = text.split(/\{\w+\}/).map((part) => part.replace(/[^\w\s]/g, '\\$&'));
  return [id as ProblemId, new RegExp(`^${parts.join('(\\S+)')}$`)] as const;
});

/** The rule that says this text, and the facts in it; undefined for a text that is not in the table. */
export function ruleOf(text: string): { readonly id: ProblemId; readonly facts: readonly string[] } | undefined {
  for (const [id, pattern] of patterns) {
    const found = pattern.exec(text);
    if (found) return { id, facts: found.slice(1) };
  }
  return undefined;
}
