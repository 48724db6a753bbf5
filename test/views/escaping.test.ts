import { describe, expect, it } from 'vitest';
import { codesScript } from '../../views/oauth/enrol.ts';
import { handOverPage, handOverScript } from '../../views/oauth/hand-over.ts';
import { signInPage } from '../../views/oauth/sign-in.ts';
import { findProjectsScript } from '../../views/project-picker.ts';
import { copyScript } from '../../views/secret-once.ts';
import * as examples from './examples.ts';

const { consent, demoNotes } = examples;
const scripts = [handOverScript, codesScript, copyScript].map((script) => `<script>${script}</script>`);
/** The pages without the scripts that the policy of their page names by a hash. */
const scriptless = (pages: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(pages).map(([k, page]) => [k, scripts.reduce((text, script) => text.replace(script, ''), page)]),
  );
const allPages = scriptless(examples.allPages);
const pagesAbout = (app: Parameters<typeof examples.pagesAbout>[0]) => scriptless(examples.pagesAbout(app));

const hostile = `<script>alert(1)</script>" onfocus="alert(2)' &`;
const turned = '\u061c\u202egnp.setoN\u2069\u200f';

describe('names from outside', () => {
  const hostileApp = { ...demoNotes, name: hostile, owner: hostile };

  it.each(Object.entries(pagesAbout(hostileApp)))('stay text on %s', (_, page) => {
    expect(page).not.toContain('<script');
    expect(page).not.toContain('" onfocus');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot; onfocus=&quot;alert(2)&#39; &amp;');
  });

  it.each(Object.entries(pagesAbout({ ...hostileApp, standing: 'unchecked' })))(
    'stay text when unverified, on %s',
    (_, page) => {
      expect(page).not.toContain('<script');
      expect(page).not.toContain('" onfocus');
    },
  );

  it.each(Object.entries(pagesAbout({ ...demoNotes, name: turned })))(
    'cannot change the direction of the text around them on %s',
    (_, page) => {
      expect(page).not.toMatch(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
      expect(page).toContain('<bdi>gnp.setoN</bdi>');
    },
  );

  it('keep the joiners that scripts need', () => {
    expect(consent({ app: { ...demoNotes, name: 'می\u200cخواهم 👩\u200d💻' } })).toContain(
      '<bdi>می\u200cخواهم 👩\u200d💻</bdi>',
    );
  });

  it('include the account, the address typed and the problem', () => {
    const account = { email: hostile };
    const page = consent({ account, problem: hostile, redirectUri: 'https://x.example/"><script>' });
    expect(page).not.toContain('<script');
    const signIn = signInPage({ csrf: hostile, action: hostile, email: hostile });
    expect(signIn).not.toContain('<script');
    expect(signIn).not.toContain('" onfocus');
  });

  it('include the values that go back to an app by a form', () => {
    const page = handOverPage({
      app: demoNotes,
      action: `https://x.example/?a=${hostile}`,
      fields: [[hostile, hostile]],
    });
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain('" onfocus');
    expect(page).toContain('value="&lt;script&gt;alert(1)&lt;/script&gt;&quot; onfocus=&quot;alert(2)&#39; &amp;"');
  });
});

it.each(Object.entries(allPages))('no script, inline style or handler on %s', (_, page) => {
  // The pages with a passkey button have one script, which is a file of ours; a list of projects has a text of ours.
  const rest = page
    .replace('<script src="/assets/passkeys.js" defer></script>', '')
    .replace(`<script>${findProjectsScript}</script>`, '');
  expect(rest).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=/i);
  expect(page).toMatch(/^<!doctype html>/);
});

it.each(Object.entries(allPages))('links of %s lead to pages that exist', (_, page) => {
  const hrefs = [...page.matchAll(/href="([^"]*)"/g)].map((match) => match[1]);
  const known = [
    '/',
    '#main',
    '/help',
    '/docs',
    '/docs/auth',
    '/docs/api-keys',
    '/docs/auth#one',
    '/docs/auth.md',
    '/docs/webhooks',
    '/llms.txt',
    '#one',
    '#three',
    '#four',
    '/privacy',
    '/terms',
    '/#connect',
    '/admin',
    '#connect',
    '/account/apps',
    '/account/security',
    '/account/security/passkeys/new',
    '/account/security/passkeys/1',
    '/account/security/passkeys/2',
    '/account/sessions',
    '/account/activity',
    '/account/api-keys',
    '/account/api-keys/new',
    ...['ci', 'backup', 'test', 'old', 'end'].flatMap((id) =>
      ['', '/rotate', '/revoke'].map((act) => `/account/api-keys/key_${id}${act}`),
    ),
    '/account/data',
    '?page=1',
    '?page=2',
    '/account/your-apps/demo-app',
    '/account/your-apps/long',
    '/account/your-apps',
    '/account/confirm',
    '/account/security/second-step',
    '#two',
    '/sign-in?again&amp;next=/account/security',
    '/interaction/abc/second-step',
    '/interaction/abc/recovery-code',
    '/sign-in',
    '/sign-in?next=/device',
    '/device',
    '/reset',
    '/register',
    '/register?next=%2Faccount',
    '/invitation/new',
    '/outbox',
    '/playground',
    '/assets/style.css',
    '/assets/favicon.svg',
  ];
  // A mail of the outbox, its HTML, and a link in its text.
  const inOutbox = /^\/outbox\/[\dTZ]+-[\da-f]+(\/html)?$|^http:\/\/localhost:3000\/reset\/vcs_ml_\w+$/;
  const outside = /^https:\/\/([a-z]+\.)*(demo-notes|bereitstellungsprotokolle)\.example(\/(privacy|terms))?$/;
  const elsewhere = [
    outside,
    inOutbox,
    /^data:text\/plain;charset=utf-8,[\w%.-]+$/,
    /^\?ui_locales=[a-z]{2}$/,
    /^\/account\/app\/[\w%.-]+$/,
    /^\/\.well-known\//,
  ];
  const stray = hrefs.filter((href = '') => !known.includes(href) && !elsewhere.some((one) => one.test(href)));
  expect(stray).toEqual([]);
});
