/** Where a client may send people, and the origins of its scripts. See field.ts for what a description holds. */
import { field, interactive, list } from './field.ts';

export const addressFields = {
  redirect_uris: field(list(20, 2000), {
    label: 'Redirect addresses',
    phrase: 'redirect addresses',
    hint: 'One a line, at most 20. https, or http on this computer.',
    flag: { name: 'redirect-uri', value: 'URI', doc: 'where answers may go, exactly' },
    control: 'lines',
    section: 'addresses',
    question: 6,
    appliesTo: interactive,
    setBy: 'owner',
    review: 'covered',
  }),
  post_logout_redirect_uris: field(list(20, 2000), {
    label: 'Addresses after signing out',
    phrase: 'addresses after signing out',
    hint: 'One a line.',
    flag: { name: 'post-logout-redirect-uri', value: 'URI', doc: 'where people may go after signing out' },
    control: 'lines',
    section: 'addresses',
    appliesTo: interactive,
    setBy: 'owner',
    review: 'covered',
  }),
  allowed_origins: field(list(20, 300), {
    label: 'Further origins of its scripts',
    phrase: 'further origins of its scripts',
    hint: 'One a line, such as `capacitor://localhost`. Those of the redirect addresses are allowed anyway; only a client without a secret needs any.',
    doc: 'Origins whose scripts may speak for a client without a secret, beside those of its redirect URIs',
    flag: { name: 'allowed-origin', value: 'ORIGIN', doc: 'whose scripts may speak for it, beside its redirect URIs' },
    control: 'lines',
    section: 'addresses',
    appliesTo: interactive,
    setBy: 'owner',
    review: 'shown',
  }),
};
