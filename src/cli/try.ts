/** vcauth try: walks from nothing to a token, its use, its refresh and its revocation, and shows each request. */
import { spawn } from 'node:child_process';
import { demo } from '../policy/demo.ts';
import { command } from './command.ts';
import { type DeviceCodes, walkAsDevice } from './try/device-walk.ts';
import { allow } from './try/robot.ts';
import { createSteps, type Tell } from './try/steps.ts';
import { walk } from './try/walk.ts';

export const tryCommand = command({
  summary: 'Walk through the whole flow against a running server, as an app on this computer',
  details:
    'Shows each request with its answer, secrets shortened. Without --yes you sign in and answer in your browser;\n' +
    'with it the demo account does, which only a server with demo data has.',
  options: {
    device: { type: 'flag', doc: 'as a device without a browser: with a code, a link and a QR code (RFC 8628)' },
    yes: { type: 'flag', doc: 'sign in as the demo account and allow, without a browser' },
    issuer: { type: 'text', value: 'URL', doc: 'the server; the configured ISSUER unless you say otherwise' },
    'client-id': {
      type: 'text',
      value: 'ID',
      doc: `a native client with the redirect URI of ${demo.cli}, the default; with --device, one with its grant type`,
    },
  },
  examples: ['try', 'try --yes', 'try --device', 'try --issuer https://auth.example.com --client-id my-cli'],
  async run({ options, out, here, terminal }) {
    const issuer = (options.issuer ?? here.config().issuer).replace(/\/$/, '');
    const clientId = options['client-id'] ?? demo.cli;
    const steps = createSteps(out);
    const app = { issuer, clientId, scope: 'openid projects:read' };
    let ok = false;
    try {
      if (options.device) {
        const showCodes = options.yes
          ? demoAccountForDevice
          : (codes: DeviceCodes) => show(codes, terminal.isRead, out.note);
        await walkAsDevice(steps, { ...app, showCodes });
      } else {
        const openPage = options.yes ? demoAccount : browserOf(terminal.isRead, out.note);
        await walk(steps, { ...app, openPage });
      }
      ok = true;
    } finally {
      if (out.json) out.item({ ok, issuer, client_id: clientId, steps: steps.taken }, []);
    }
    out.text('\nAll of it works.');
  },
});

function demoAccount(authorizeUrl: string, redirectUri: string, tell: Tell): Promise<void> {
  return allow(authorizeUrl, redirectUri, demo, (sentence) => tell.fact(`Demo account: ${sentence}`));
}

function demoAccountForDevice({ link, donePage }: DeviceCodes, tell: Tell): Promise<void> {
  return allow(link, donePage, demo, (sentence) => tell.fact(`Demo account: ${sentence}`));
}

/** Shows the codes as a device does: the code to type, and a link that a phone can scan. */
async function show(
  { code, page, link }: DeviceCodes,
  isRead: boolean,
  note: (message: string) => void,
): Promise<void> {
  note(`\nOpen this address on any device, and type the code; this command waits:\n\n  ${page}\n\n  ${code}\n`);
  if (!isRead) return;
  const { default: qrcode } = await import('qrcode');
  note(`Or scan this, which opens ${link}:\n\n${await qrcode.toString(link, { type: 'terminal', small: true })}`);
}

/** Opens the person's browser if there is one; the address is printed in any case. */
function browserOf(isRead: boolean, note: (message: string) => void) {
  return async (url: string): Promise<void> => {
    note(`\nOpen this address, sign in and answer; this command waits:\n\n  ${url}\n`);
    if (!isRead) return;
    const [program = '', ...args] = openers[process.platform] ?? ['xdg-open'];
    const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
    child.on('error', () => {});
    child.unref();
  };
}

const openers: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
