/** Where a client may send people, and the origins of its scripts. See field.ts for what a description holds. */
import { z } from 'zod';
import { checkLogoutAddress } from '../webhook-urls.ts';
import { address, field, interactive, list } from './field.ts';

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
  backchannel_logout_uri: field(address, {
    label: 'Where it learns of sign-outs',
    phrase: 'address for sign-outs',
    hint: 'https, at a public address. When somebody’s session here ends, its server gets a signed logout token there.',
    doc: 'Where its server is sent a logout token when the session ends in which somebody signed in to it (OpenID Connect Back-Channel Logout 1.0)',
    flag: {
      name: 'backchannel-logout-uri',
      value: 'URI',
      doc: 'where its server is sent a logout token when a session ends in which somebody signed in to it',
    },
    control: 'line',
    section: 'addresses',
    appliesTo: interactive,
    setBy: 'admin',
    review: 'shown',
    problem: checkLogoutAddress,
  }),
  backchannel_logout_session_required: field(z.boolean(), {
    label: 'It needs the session’s id',
    phrase: 'need of the session’s id',
    hint: 'Logout tokens and its ID tokens have `sid` either way. Tick it if its registration says that it requires `sid`.',
    doc: 'Whether it requires `sid` in logout tokens. They have one either way, and so have its ID tokens',
    flag: {
      name: 'backchannel-logout-session-required',
      doc: 'it requires sid in logout tokens, which have one either way',
      negation: {
        name: 'no-backchannel-logout-session-required',
        doc: 'it does not require sid in logout tokens',
      },
    },
    control: 'check',
    section: 'addresses',
    appliesTo: interactive,
    setBy: 'admin',
    review: 'ignored',
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
