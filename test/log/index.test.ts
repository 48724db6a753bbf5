/** What must never reach the log, by name and by shape, and what must stay readable. */
import { spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createLogger, type Logger, redactUrl, safeLines } from '../../src/log/index.ts';

const refreshToken = 'vcs_rt_hush.1.mac-hush_sum';
const clientSecret = 'vcs_cs_hush0123456789';
const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJodXNoIn0.hush-hush_hush';

/** The lines that `write` writes, as text. */
function logged(write: (log: Logger) => void, level = 'info', format?: 'pretty' | 'json'): string {
  const lines: string[] = [];
  write(createLogger({ level, format, stream: { write: (line) => void lines.push(line) } }));
  return lines.join('');
}

describe('names', () => {
  const names = [
    ...['code', 'token', 'refresh_token', 'access_token', 'id_token', 'client_secret', 'password', 'state'],
    ...['code_verifier', 'authorization', 'cookie', 'set-cookie', 'csrf', 'csrfToken', 'otp', 'user_code'],
    ...['device_code', 'client_assertion', 'subject_token', 'id_token_hint', 'currentPassword', 'SECRETS'],
    ...['Set-Cookie', 'clientSecret', 'registration_access_token', 'api_key'],
  ];

  test.each(names)('%s is masked at every depth, in arrays and in child bindings', (name) => {
    const secret = { [name]: 'hush' };
    const out = logged((log) => {
      log.info(secret);
      log.info({ request: { body: [secret] } });
      log.child(secret).info('from a child');
      log.child({ request: secret }, { level: 'info' }).info('from a child with options');
      log.error(Object.assign(new Error('failed'), secret));
      log.info({ [name]: ['hush', 'hush'] });
    });
    expect(out.trimEnd().split('\n')).toHaveLength(6);
    expect(out).not.toContain('hush');
  });

  const harmless = ['client_id', 'scope', 'code_challenge_method', 'grant_type', 'tokens', 'status', 'error', 'codec'];

  test.each(harmless)('%s stays', (name) => {
    expect(logged((log) => log.info({ [name]: 'plain' }))).toContain(`"${name}":"plain"`);
  });

  test('an error keeps its system code, and loses anything else called code', () => {
    const failure = (code: string) => logged((log) => log.error(Object.assign(new Error('x'), { code })));
    expect(failure('ECONNREFUSED')).toContain('"code":"ECONNREFUSED"');
    expect(failure('40001')).toContain('"code":"40001"');
    expect(failure('Zk3-hush_9aQ')).not.toContain('hush');
    expect(logged((log) => log.info({ code: 'HUSHHUSH' }))).not.toContain('HUSH');
  });

  test('the log may say whether there was a secret', () => {
    expect(logged((log) => log.info({ password: true, cookie: null, state: '' }))).toContain(
      '"password":true,"cookie":null,"state":""',
    );
  });
});

describe('shapes', () => {
  const shapes: [what: string, text: string][] = [
    ['a refresh token', refreshToken],
    ['a client secret', clientSecret],
    ['the secret of a webhook', 'whsec_hush+0123/456789hush='],
    ['a JWT', jwt],
    ['an unsigned JWT', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJodXNoIn0.'],
    ['an encrypted JWT', 'eyJhbGciOiJkaXIifQ..hushiv.hushtext.hushtag'],
    ['a JWT with a prefix', `at-${jwt}`],
    ['a bearer header', 'Bearer hushhushhushhush0123'],
    ['a basic header', 'Basic aHVzaDpodXNo0123hush'],
    ['the password in a URL', 'postgresql://user:hush@db:5432/auth'],
    ['a password with @ in a URL', 'postgresql://user:hu@hush@db:5432/auth'],
    ['a form', 'grant_type=refresh_token&refresh_token=hush'],
    ['a URL in a sentence', 'GET /cb?code=hush&state=hush answered 302'],
  ];

  test.each(shapes)('%s is masked in messages, values, errors and child bindings', (_what, text) => {
    const payload = text.split('.')[1];
    const out = logged((log) => {
      log.info(`before ${text} after`);
      log.info({ note: [{ deep: text }] }, 'value');
      log.error(new Error(`cannot use ${text}`, { cause: new Error(text) }));
      log.child({ note: text }).info('child');
    });
    expect(out).not.toContain('hush');
    if (text.startsWith('eyJ') && payload) expect(out).not.toContain(payload);
    expect(out).toContain('[redacted]');
  });

  const hostile = ['a', 'eyJ', 'eyJ-', 'eyJ.', '-eyJ_', 'a=', '://a:', 'Bearer ', 'vcs_rt_', '%3', '?&'];

  test.each(hostile)('300 kB of %s are masked quickly', (piece) => {
    const started = performance.now();
    logged((log) => log.info(piece.repeat(300_000 / piece.length)));
    // A regular expression that backtracks over them takes minutes.
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test('the kind of token stays readable, and so does the sentence around it', () => {
    expect(logged((log) => log.info(`reuse of ${refreshToken}, family ended`))).toContain(
      'reuse of vcs_rt_[redacted], family ended',
    );
    expect(logged((log) => log.info('Basic authentication failed for a=1'))).toContain(
      'Basic authentication failed for a=1',
    );
  });
});

describe('redactUrl', () => {
  const urls: [url: string, expected: string][] = [
    ['/oauth/token', '/oauth/token'],
    ['/cb?code=hush&x=1', '/cb?code=[redacted]&x=1'],
    ['/cb?x=%20a&state=hush', '/cb?x=%20a&state=[redacted]'],
    ['/cb?%63ode=hush', '/cb?%63ode=[redacted]'],
    ['/cb?%zz=1&token=hush', '/cb?%zz=1&token=[redacted]'],
    ['/cb?code=', '/cb?code='],
    ['/cb#id_token=hush&x=1', '/cb#id_token=[redacted]&x=1'],
    ['https://u:hush@a.com/?client_secret=hush', 'https://u:[redacted]@a.com/?client_secret=[redacted]'],
    ['/a?code_challenge=plain&client_id=demo', '/a?code_challenge=plain&client_id=demo'],
    [`/a?hint=${jwt}`, '/a?hint=[redacted]'],
    ['/code=path/x', '/code=path/x'],
    ['/sign-in?next=/device?user_code=hush', '/sign-in?next=/device?user_code=[redacted]'],
    ['/sign-in?next=%2Fdevice%3Fuser_code%3Dhush&x=1', '/sign-in?next=%2Fdevice%3Fuser_code%3D%5Bredacted%5D&x=1'],
    [
      `/a?next=${encodeURIComponent(`/b?next=${encodeURIComponent('/cb?code=hush')}`)}`,
      `/a?next=${encodeURIComponent(`/b?next=${encodeURIComponent('/cb?code=[redacted]')}`)}`,
    ],
    ['/sign-in?next=%2Fapps%3Fpage%3d2', '/sign-in?next=%2Fapps%3Fpage%3d2'],
  ];

  test.each(urls)('%s', (url, expected) => {
    expect(redactUrl(url)).toBe(expected);
  });
});

test('addresses in addresses are masked as a whole if there are many', () => {
  expect(redactUrl(`/a?${'a=?'.repeat(20_000)}code=hush`)).toBe(`/a?${'a=?'.repeat(6)}a=[redacted]`);
});

describe('lines', () => {
  test('a line is one JSON object with a readable level and time', () => {
    const out = logged((log) => log.warn({ client_id: 'demo-app' }, 'slow'));
    expect(out.endsWith('}\n')).toBe(true);
    expect(JSON.parse(out)).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      pid: process.pid,
      client_id: 'demo-app',
      msg: 'slow',
    });
  });

  test('lines below the level are left out', () => {
    expect(logged((log) => log.info('x'), 'warn')).toBe('');
    expect(logged((log) => log.fatal('x'), 'silent')).toBe('');
  });
});

describe('lines for people', () => {
  const pretty = (write: (log: Logger) => void) => logged(write, 'info', 'pretty');

  test('lines have time, level, message and the other fields, but not the process', () => {
    expect(pretty((log) => log.warn({ client_id: 'demo-app' }, 'slow'))).toMatch(
      /^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: slow \{"client_id":"demo-app"\}\n$/,
    );
  });

  test('a request is one sentence, with its error and its id', () => {
    const request = { requestId: 'req_1', method: 'POST', url: '/oauth/token', status: 400, ms: 3.2, ip: '::1' };
    const refused = { error: 'invalid_grant', description: 'grant request is invalid' };
    expect(pretty((log) => safeLines(log).info(request, 'request'))).toMatch(
      / INFO: POST \/oauth\/token 400 in 3\.2 ms \{"requestId":"req_1"\}\n$/,
    );
    expect(pretty((log) => log.info({ ...request, ...refused }, 'request'))).toMatch(
      / 400 in 3\.2 ms \{"requestId":"req_1","error":"invalid_grant","description":"grant request is invalid"\}\n$/,
    );
  });

  test('an error is written with its stack', () => {
    expect(pretty((log) => log.error({ err: new Error('gone') }, 'failed'))).toMatch(
      / ERROR: failed *\n +err: \{[\s\S]*"message": "gone",\n +"stack":\n +Error: gone\n +at /,
    );
  });

  test('secrets are masked as in JSON', () => {
    const out = pretty((log) => {
      log.info({ refresh_token: 'hush', nested: [{ password: 'hush' }], note: refreshToken }, `with ${clientSecret}`);
      log.child({ note: jwt }).info('child');
      log.error({ err: Object.assign(new Error(`cannot use ${jwt}`), { client_secret: 'hush' }) }, 'failed');
    });
    expect(out).not.toContain('hush');
    expect(out.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(7);
  });

  test('a terminal executes no control characters that a stranger sent', () => {
    const evil = '\u001b]0;mine\u0007\u009b2J\r\u001b[2Kforged';
    const out = logged(
      (log) => {
        log.info({ [`name${evil}`]: [evil] }, `said ${evil}`);
        log.error({ err: new Error(evil) }, 'failed');
      },
      'info',
      'pretty',
    );
    expect(out).not.toMatch(/[^\P{Cc}\n]/u);
    expect(out).toContain('forged');
  });
});

describe('standard output', () => {
  const module = new URL('../../src/log/index.ts', import.meta.url).href;

  const formats: [what: string, isTerminal: boolean, format: string, expected: RegExp][] = [
    ['no terminal gets JSON', false, '', /^\{"level":"info",.*"msg":"said"\}\n$/],
    ['no terminal gets lines for people on request', false, ", format: 'pretty'", / INFO: said\n$/],
    ['a terminal gets lines for people', true, '', / INFO: said\n$/],
    ['a terminal gets JSON on request', true, ", format: 'json'", /^\{"level":"info",.*"msg":"said"\}\n$/],
  ];

  test.each(formats)('that is %s', (_what, isTerminal, format, expected) => {
    const program = `import { createLogger } from ${JSON.stringify(module)};
      Object.assign(process.stdout, { isTTY: ${isTerminal}, hasColors: () => true });
      createLogger({ level: 'info'${format} }).info('said');`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    expect(stripVTControlCharacters(stdout)).toMatch(expected);
  });

  /** What a process that logs three lines and then runs `end` leaves behind. */
  const leftBy = (end: string): string => {
    const program = `import { createLogger } from ${JSON.stringify(module)};
      const log = createLogger({ level: 'info' });
      for (const line of [1, 2, 3]) log.info({ line }, 'said');
      ${end}`;
    return spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }).stdout;
  };

  test.each([
    ['ends by itself', ''],
    ['exits', 'process.exit(0)'],
    ['fails', "throw new Error('failed')"],
  ])('the output is complete when the process %s', (_, end) => {
    expect(leftBy(end).match(/"line":\d/g)).toEqual(['"line":1', '"line":2', '"line":3']);
  });

  test('the output has a line within a fraction of a second, while the process goes on', () => {
    // Killed outright after a second, the process can flush nothing.
    expect(leftBy("setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1000)").match(/"line":\d/g)).toHaveLength(3);
  });
});
