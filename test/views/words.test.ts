import { describe, expect, it } from 'vitest';
import { address, destination, host, hostOf, isLinkable } from '../../views/host.ts';
import { question } from '../../views/question.ts';
import { grouped, permissionsOf, summary } from '../../views/scopes.ts';
import { name } from '../../views/text.ts';
import { ago, day, duration, moment } from '../../views/time.ts';
import { now } from './examples.ts';

const ask = (required: string[], optional: string[] = []): string =>
  String(question(name('Demo Notes'), required, optional)).replace(/<\/?bdi>/g, '');

describe('the question of a consent page', () => {
  it.each([
    [['projects:read'], 'Let Demo Notes see your projects?'],
    [['openid', 'email', 'analytics:read'], 'Let Demo Notes see your projects?'],
    [['projects:read', 'deployments:write'], 'Let Demo Notes see and change your projects?'],
    [['projects:write'], 'Let Demo Notes change your projects?'],
    [['projects:read', 'projects:write', 'ai:generate'], 'Let Demo Notes see and change your projects, and use AI?'],
    [['projects:read', 'ai:generate'], 'Let Demo Notes see your projects, and use AI?'],
    [['ai:generate'], 'Let Demo Notes use AI on your account?'],
    [['openid', 'profile', 'email'], 'Let Demo Notes see your name and email address?'],
    [['openid', 'email'], 'Let Demo Notes see your email address?'],
    [['openid', 'offline_access'], 'Let Demo Notes know who you are?'],
  ])('%j', (scopes, text) => {
    expect(ask(scopes)).toBe(text);
  });

  it('is open when everything is up to the person', () => {
    expect(ask(['openid'], ['projects:write'])).toBe('What may Demo Notes do?');
  });
});

describe('permissions', () => {
  it('have exactly these words, in the order see, change, cost', () => {
    const scopes =
      'ai:generate openid deployments:write email projects:write analytics:read profile offline_access deployments:read projects:read';
    const groups = grouped(permissionsOf(scopes.split(' ')));
    expect(
      groups.flatMap(({ mark, permissions }) => permissions.map((p) => `${mark} | ${p.title} | ${p.line}`)),
    ).toEqual([
      'see | Projects | Names, settings and files. Private ones too.',
      'see | Deployments and logs | What is live, since when, and what the logs say.',
      'see | Analytics | Visitor and usage figures.',
      'see | Your name and email address | As they are in your account.',
      'change | Projects and files | Creates, edits, transfers and deletes them, without asking again.',
      'change | What is live | Deploys, cancels and rolls back. Your visitors see it at once.',
      'cost | AI on your account | Sends prompts and your code to AI models. It uses up your plan and may cost extra.',
    ]);
  });

  it('are shown even without words of ours', () => {
    expect(permissionsOf(['billing:write'])).toMatchObject([{ mark: 'change', title: 'billing:write' }]);
  });

  it('are summed up under their marks', () => {
    const text = String(summary(['projects:write', 'deployments:read', 'projects:read', 'deployments:write']));
    expect(text).toContain('Can see</span></dt><dd>Projects, deployments and logs</dd>');
    expect(text).toContain('Can change</span></dt><dd>Projects and files, what is live</dd>');
    expect(text).not.toContain('Can cost money');
  });
});

describe('hosts', () => {
  it.each([
    ['https://app.demo-notes.example/callback', 'app.<b>demo-notes.example</b>'],
    ['https://demo-notes.example:8443/', '<b>demo-notes.example</b>:8443'],
    ['https://a.b.example.co.uk/', 'a.b.<b>example.co.uk</b>'],
    ['https://someone.github.io/', '<b>someone.github.io</b>'],
    ['https://vibecaas.com.evil.example/', 'vibecaas.com.<b>evil.example</b>'],
    ['http://localhost:3000/', '<b>localhost</b>:3000'],
    ['http://127.0.0.1:33418/cb', '<b>127.0.0.1</b>:33418'],
    ['http://[::1]:9/cb', '<b>[::1]</b>:9'],
    ['com.example.app:/callback', '<b>com.example.app:</b>'],
    ['com.example.app://vibecaas.com/callback', '<b>com.example.app:</b>'],
  ])('%s', (uri, text) => {
    expect(String(host(uri))).toBe(`<span class="host">${text}</span>`);
  });

  it('in another script are shown as they go over the wire', () => {
    expect(hostOf('https://аpple.example/')).toBe('xn--pple-43d.example');
  });

  it('are shown within whole addresses', () => {
    expect(String(address('https://agent.tools.example/client.json?v=1'))).toBe(
      '<span class="host">https://agent.<b>tools.example</b>/client.json<wbr>?v=1</span>',
    );
  });

  it.each([
    ['https://app.demo-notes.example/', 'web'],
    ['http://127.0.0.1:1/', 'loopback'],
    ['http://127.8.0.1:1/', 'loopback'],
    ['http://localhost:1/', 'loopback'],
    ['http://[::1]:1/', 'loopback'],
    ['https://127.0.0.1.evil.example/', 'web'],
    ['com.example.app:/callback', 'private-use'],
    ['no address', 'private-use'],
  ])('%s is %s', (uri, kind) => {
    expect(destination(uri)).toBe(kind);
  });

  it.each([
    ['/account/apps', true],
    ['https://demo-notes.example', true],
    ['//evil.example', false],
    ['/\\evil.example', false],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
  ])('a link to %s: %s', (href, allowed) => {
    expect(isLinkable(href)).toBe(allowed);
  });
});

describe('times', () => {
  it.each([
    [0, 'just now'],
    [-90, 'just now'],
    [61, '1 minute ago'],
    [250, '4 minutes ago'],
    [3600 * 5, '5 hours ago'],
    [86_400 * 1.9, 'yesterday'],
    [86_400 * 26, '26 days ago'],
  ])('are written in words: %d seconds ago is “%s”', (seconds, text) => {
    expect(ago(new Date(now.getTime() - seconds * 1000), now)).toBe(text);
  });

  it.each([
    [0, '1 second'],
    [40, '40 seconds'],
    [61, '2 minutes'],
    [3600, '1 hour'],
  ])('are rounded up in waits: %d seconds is “%s”', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('carry what a machine reads', () => {
    expect(String(day(now))).toBe('<time datetime="2026-11-24">24 November 2026</time>');
    expect(String(moment(now))).toBe('<time datetime="2026-11-24T07:52:44Z">2026-11-24 07:52:44 UTC</time>');
  });
});
