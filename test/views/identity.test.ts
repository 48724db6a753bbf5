import { describe, expect, it } from 'vitest';
import { type App, appIdentity, appItem, appSmall, callName, callText, seal } from '../../views/app-identity.ts';
import type { Html } from '../../views/text.ts';
import { agent, demoNotes, formBuilder, ourTerminal, pagesAbout, selfRegistered } from './examples.ts';

/** The text of a page; tests of their own cover markup that carries meaning. */
const read = (html: Html): string =>
  String(html)
    .replaceAll(/<br>/g, ' | ')
    .replaceAll(/<[^>]*>/g, '')
    .trim();

const apps: Record<App['standing'], App> = {
  own: ourTerminal,
  verified: demoNotes,
  in_review: formBuilder,
  unchecked: agent,
};

describe('the identity of an app', () => {
  it.each([
    ['own', 'By VibeCaaS. Made and run by us.'],
    ['verified', 'Verified on 30 September 2026: who runs it, and that demo-notes.example is theirs.'],
    ['in_review', 'In review since 22 November 2026. Not checked yet: its name and owner are its own claim.'],
    ['unchecked', 'Not checked. Nobody at VibeCaaS has looked at it. Only its address is sure.'],
  ] as const)('is shown by the seal: %s', (standing, words) => {
    expect(read(seal(apps[standing]))).toBe(words);
  });

  it.each([
    ['own', 'VibeCaaS CLI By VibeCaaSVibeCaaS’s own command line'],
    ['verified', 'Demo Notes Verifiedby Example Company Ltd'],
    ['in_review', '“Form Builder” In reviewsays it is by Example Forms'],
    ['unchecked', 'agent.tools.example Not checkedcalls itself “Example Agent”'],
  ] as const)('is shown in a list: %s', (standing, words) => {
    expect(read(appItem(apps[standing])).replace(/^FB/, '').replace(/^DN/, '')).toBe(words);
  });

  it.each([
    ['own', 'VibeCaaS CLI By VibeCaaS'],
    ['verified', 'Demo Notes Verified'],
    ['in_review', '“Form Builder” In review'],
    ['unchecked', 'agent.tools.example Not checked'],
  ] as const)('is shown in a table: %s', (standing, words) => {
    expect(read(appSmall(apps[standing])).replace(/^FB/, '').replace(/^DN/, '')).toBe(words);
  });

  it.each([
    ['own', 'VibeCaaS CLI'],
    ['verified', 'Demo Notes'],
    ['in_review', '“Form Builder”'],
    ['unchecked', 'agent.tools.example'],
  ] as const)('is called the same in sentences and titles: %s', (standing, called) => {
    expect(read(callName(apps[standing]))).toBe(called);
    expect(callText(apps[standing])).toBe(called);
  });

  it('is a claim if the app is unchecked and has no proven address', () => {
    expect(read(seal(selfRegistered))).toBe(
      'Not checked. Nobody at VibeCaaS has looked at it. Its name is its own claim.',
    );
    expect(read(appIdentity(selfRegistered, 'owner'))).toBe('“Notes Sync”the name it gives itself');
  });

  it('includes the address that the client id of an app in review proves', () => {
    const proven = { ...formBuilder, clientId: 'https://app.forms.example/client.json' };
    expect(read(appIdentity(proven, 'seal'))).toBe('FB“Form Builder”says it is by Example Forms | app.forms.example');
  });

  it('is shown without facts that the seal was not given', () => {
    const bare = { clientId: 'x', name: 'X' };
    expect(read(seal({ ...bare, standing: 'verified' }))).toBe('Verified: who runs it.');
    expect(read(seal({ ...bare, standing: 'in_review' }))).toBe(
      'In review. Not checked yet: its name is its own claim.',
    );
  });

  it('includes a logo only for a verified app, and our mark only for our own', () => {
    const logo = '/logos/abc';
    const shown = (app: App) => String(appIdentity({ ...app, logo }, 'owner'));
    expect(shown(demoNotes)).toContain('<img class="logo" src="/logos/abc"');
    for (const app of [ourTerminal, formBuilder, agent, selfRegistered]) expect(shown(app)).not.toContain('<img');
    expect(shown(ourTerminal)).toContain('class="logo own"');
    for (const app of [demoNotes, formBuilder, agent]) expect(shown(app)).not.toContain('logo own');
  });
});

describe('a first-party app', () => {
  // Our own apps have no user limit, so that page is never about one.
  const pages = Object.entries(pagesAbout(ourTerminal)).filter(([title]) => title !== 'people limit');
  it.each(pages)('is by VibeCaaS, and not an unknown app, on %s', (_, page) => {
    expect(page).toMatch(/By VibeCaaS/);
    expect(page).not.toMatch(/Not checked|Nobody at VibeCaaS|is what it calls itself|calls itself|Verified|“<bdi>/);
  });
});

describe('an app in review', () => {
  it.each(Object.entries(pagesAbout(formBuilder)))(
    'is named in quotes, with no claim shown as a fact, on %s',
    (_, page) => {
      expect(page).toContain('“<bdi>Form Builder</bdi>”');
      expect(page).not.toMatch(/vibecaas\.com|\/logos\/forms|>Verified/);
    },
  );
});
