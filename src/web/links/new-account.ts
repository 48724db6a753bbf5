/**
 * The form to which the link of an invitation or a registration leads: a name, and a password or a passkey. The new
 * person is signed in, and goes on to where they were going.
 */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { addressTakenPage, type NewAccountProblem, newAccountPage } from '../../../views/links/new-account.ts';
import { m } from '../../../views/messages/index.ts';
import { AppError } from '../../errors.ts';
import {
  type NewAccountKind,
  type NewPerson,
  type OpenLink,
  openAccountLink,
  type Refused,
  registerWithPasskey,
  registerWithPassword,
} from '../../operations/registration.ts';
import { relyingPartyOf } from '../../policy/passkeys.ts';
import type { WebDeps } from '../deps.ts';
import { field, readForm } from '../http/forms.ts';
import { localPath } from '../http/local-path.ts';
import { allowPasskeyScript, askForNewPasskey } from '../http/passkey-page.ts';
import { forgetRegistrationPlace, registrationPlace } from '../http/registration-place.ts';
import { continueSignIn } from '../sign-in/continue.ts';
import { showClosed } from './register.ts';
import { followedToken, followLink, forgetToken, originOf, showEnded } from './token.ts';

const pages: Readonly<Record<NewAccountKind, string>> = { invite: '/invitation/new', register: '/register/new' };

export function newAccountPages(router: Router, deps: WebDeps): void {
  for (const kind of Object.keys(pages) as NewAccountKind[]) {
    passwordForm(router, deps, kind);
    passkeyForm(router, deps, kind);
    followLink(router, kind, pages[kind]);
  }
}

function passwordForm(router: Router, deps: WebDeps, kind: NewAccountKind): void {
  const path = pages[kind];

  router.get(path, async (ctx) => {
    const token = followedToken(ctx, kind);
    if (token === undefined) return showEnded(ctx, kind);
    await showForm(ctx, deps, kind, token);
  });

  router.post(path, async (ctx) => {
    const sent = await submission(ctx, deps, kind);
    if (!sent) return;
    const { token, name, form } = sent;
    const chosen = { name, password: field(form, 'new_password') };
    const result = await registerWithPassword(deps, kind, token, chosen, originOf(ctx));
    if ('problem' in result) return showAgain(ctx, deps, kind, token, result, { name });
    await enter(ctx, deps, kind, result);
  });
}

function passkeyForm(router: Router, deps: WebDeps, kind: NewAccountKind): void {
  const path = pages[kind];

  // The page with the password leads here, with the name that was typed.
  router.post(`${path}/with-passkey`, async (ctx) => {
    const sent = await submission(ctx, deps, kind);
    if (sent) await showForm(ctx, deps, kind, sent.token, { name: sent.name, passkey: true });
  });

  router.post(`${path}/passkey`, async (ctx) => {
    const sent = await submission(ctx, deps, kind);
    if (!sent) return;
    const { token, name, form } = sent;
    const rp = relyingPartyOf(deps.config.issuer);
    if (!rp) throw noPasskeys();
    const { passkeyName } = m().registration.make;
    const binding = bindingOf(deps, ctx, kind, token);
    const chosen = { name, answer: field(form, 'passkey'), binding, passkeyName };
    const result = await registerWithPasskey({ ...deps, rp }, kind, token, chosen, originOf(ctx));
    if ('problem' in result) return showAgain(ctx, deps, kind, token, result, { name, passkey: true });
    await enter(ctx, deps, kind, result);
  });
}

/** A form of a browser that has followed the link. Undefined if the request has been answered. */
async function submission(ctx: Context, deps: WebDeps, kind: NewAccountKind) {
  const form = await readForm(ctx);
  const token = followedToken(ctx, kind);
  if (token === undefined) {
    showEnded(ctx, kind);
    return undefined;
  }
  deps.csrf.check(form, bindingOf(deps, ctx, kind, token));
  return { form, token, name: field(form, 'name') };
}

const bindingOf = ({ csrf }: WebDeps, ctx: Context, kind: NewAccountKind, token: string): string =>
  `new account ${kind} ${token} ${csrf.anonymousBinding(ctx)}`;

interface Typed {
  readonly name?: string;
  /** The page asks for a passkey instead of a password. */
  readonly passkey?: boolean;
  readonly problem?: NewAccountProblem;
}

/** Answers with the form, or with why no account can be made by this link. */
async function showForm(ctx: Context, deps: WebDeps, kind: NewAccountKind, token: string, typed: Typed = {}) {
  const open = await openAccountLink(deps, kind, token);
  if ('problem' in open) return showNothing(ctx, kind, open.problem);
  const name = typed.name ?? open.name;
  ctx.body = newAccountPage({
    csrf: deps.csrf.token(bindingOf(deps, ctx, kind, token)),
    action: pages[kind],
    email: open.address,
    admin: open.admin,
    ...(name !== undefined && { name }),
    ...(typed.problem && { problem: typed.problem }),
    ...wayIn(ctx, deps, { kind, token, open }, typed.passkey === true),
  });
}

/** The button that makes a passkey, or the script that shows that there could be one. */
function wayIn(
  ctx: Context,
  deps: WebDeps,
  { kind, token, open }: { kind: NewAccountKind; token: string; open: OpenLink },
  passkey: boolean,
) {
  if (!relyingPartyOf(deps.config.issuer)) {
    if (passkey) throw noPasskeys();
    return {};
  }
  if (!passkey) return { script: allowPasskeyScript(ctx) };
  const account = { id: open.id, email: open.address, name: open.name ?? open.address };
  const asked = { binding: bindingOf(deps, ctx, kind, token), action: `${pages[kind]}/passkey` };
  const button = askForNewPasskey(ctx, deps, asked, account, []);
  return { button, script: button?.script };
}

async function showAgain(
  ctx: Context,
  deps: WebDeps,
  kind: NewAccountKind,
  token: string,
  result: Refused,
  typed: Typed,
): Promise<void> {
  const { problem } = result;
  if (problem === 'ended' || problem === 'taken' || problem === 'closed') return showNothing(ctx, kind, problem);
  ctx.status = 422;
  await showForm(ctx, deps, kind, token, { ...typed, problem: result as NewAccountProblem });
}

function showNothing(ctx: Context, kind: NewAccountKind, problem: 'ended' | 'taken' | 'closed'): void {
  if (problem === 'ended') showEnded(ctx, kind);
  else if (problem === 'closed') showClosed(ctx);
  else {
    ctx.status = 409;
    ctx.body = addressTakenPage();
  }
}

/** Signs the new person in. An invited admin goes to the admin pages, which begin with setting up a second step. */
async function enter(ctx: Context, deps: WebDeps, kind: NewAccountKind, person: NewPerson): Promise<void> {
  const asked = kind === 'register' ? registrationPlace(ctx) : undefined;
  if (asked) forgetRegistrationPlace(ctx);
  forgetToken(ctx);
  const home = localPath(person.account.role === 'admin' ? '/admin' : undefined);
  await continueSignIn(ctx, deps, { ...person, ...(asked ?? { next: home }) });
}

function noPasskeys(): AppError {
  return new AppError('not_found', 'This server has no passkeys');
}
