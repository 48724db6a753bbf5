/** The passkeys of a person: a section of the security page, and the pages that add, rename and remove one. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import {
  type AddProblem,
  newPasskeyPage,
  type PasskeyNotice,
  type PasskeySection,
  renamePasskeyPage,
  type ShownPasskey,
} from '../../../views/account/passkeys.ts';
import { AppError } from '../../errors.ts';
import { addPasskey, removePasskey, setPasskeyName } from '../../operations/passkeys.ts';
import { authenticatorName, passkeyName, relyingPartyOf } from '../../policy/passkeys.ts';
import { type ListedPasskey, listPasskeyHandles, listPasskeys } from '../../store/passkeys.ts';
import type { WebDeps } from '../deps.ts';
import { actorOf } from '../http/actor.ts';
import { readCookie, removeCookie, writeCookie } from '../http/cookies.ts';
import { field, readForm } from '../http/forms.ts';
import { requireSignedIn } from '../http/guards.ts';
import { allowPasskeyScript, askForNewPasskey } from '../http/passkey-page.ts';
import { seeOther } from '../http/see-other.ts';
import type { SignedIn } from '../http/session.ts';
import { requireFresh, requireFreshVisit } from '../http/step-up.ts';

const home = '/account/security';
const cookie = 'passkey_done';

/** What the security page shows; undefined if this server has no passkeys. */
export async function passkeysOf(ctx: Context, deps: WebDeps, person: SignedIn): Promise<PasskeySection | undefined> {
  if (!relyingPartyOf(deps.config.issuer)) return undefined;
  const passkeys = (await listPasskeys(deps.db, person.account.id)).map(shown);
  return { passkeys, script: allowPasskeyScript(ctx), now: new Date(), notice: takeNotice(ctx) };
}

/** Adds the routes of these pages to those of the account. */
export function passkeyPages(router: Router, deps: WebDeps): void {
  additionPages(router, deps);
  changePages(router, deps);
}

function additionPages(router: Router, deps: WebDeps): void {
  const { db, sealer, config } = deps;
  const path = '/security/passkeys/new';

  router.get(path, async (ctx) => {
    const person = await requireSignedIn(ctx, deps.engine.provider());
    if (person && (await requireFreshVisit(ctx, deps, person))) ctx.body = await newPage(ctx, deps, person);
  });

  router.post(path, async (ctx) => {
    const sent = await submission(ctx, deps);
    if (!sent) return;
    const { person, form } = sent;
    const rp = relyingPartyOf(config.issuer);
    if (!rp) throw noPasskeys();
    const answer = { answer: field(form, 'passkey'), name: field(form, 'name'), binding: bindingOf(person) };
    const result = await addPasskey({ db, sealer, rp }, person.account, answer, actorOfPerson(ctx, person));
    if ('problem' in result) {
      ctx.status = 422;
      ctx.body = await newPage(ctx, deps, person, { name: answer.name, problem: result.problem });
      return;
    }
    done(ctx, { kind: 'added', name: answer.name.trim() });
  });
}

function changePages(router: Router, deps: WebDeps): void {
  const { db, engine } = deps;
  const path = '/security/passkeys/:id';

  router.get(path, async (ctx) => {
    const person = await requireSignedIn(ctx, engine.provider());
    if (!person) return;
    const passkey = shown(await passkeyNamed(ctx, deps, person));
    ctx.body = renamePasskeyPage({ ...frameOf(deps, person), passkey });
  });

  router.post(path, async (ctx) => {
    const sent = await submission(ctx, deps);
    if (!sent) return;
    const { person, form } = sent;
    const passkey = shown(await passkeyNamed(ctx, deps, person));
    const typed = field(form, 'name');
    const named = passkeyName(typed);
    if ('problem' in named) {
      ctx.status = 422;
      ctx.body = renamePasskeyPage({ ...frameOf(deps, person), passkey, typed, wrong: true });
      return;
    }
    await setPasskeyName(db, person.account, { id: passkey.id, name: named.name }, actorOfPerson(ctx, person));
    done(ctx, { kind: 'renamed', name: named.name });
  });

  router.post(`${path}/remove`, async (ctx) => {
    const sent = await submission(ctx, deps);
    if (!sent) return;
    const { person } = sent;
    const providers = [...deps.upstreams.values()].map((one) => one.upstream.issuer);
    const removed = await removePasskey(db, person.account, idOf(ctx), providers, actorOfPerson(ctx, person));
    done(ctx, removed ? { kind: 'removed', name: removed.name } : { kind: 'last' });
  });
}

/** The form of a person whose sign-in is recent. Undefined if the request has been answered. */
async function submission(ctx: Context, deps: WebDeps) {
  const person = await requireSignedIn(ctx, deps.engine.provider());
  if (!person) return undefined;
  const form = await readForm(ctx);
  deps.csrf.check(form, person.binding);
  return (await requireFresh(ctx, deps, person, form)) ? { person, form } : undefined;
}

async function newPage(
  ctx: Context,
  deps: WebDeps,
  person: SignedIn,
  again: { name?: string; problem?: AddProblem } = {},
): Promise<string> {
  const { account } = person;
  const existing = await listPasskeyHandles(deps.db, account.id);
  const page = { binding: bindingOf(person), action: `${home}/passkeys/new` };
  const button = askForNewPasskey(ctx, deps, page, account, existing);
  if (!button) throw noPasskeys();
  return newPasskeyPage({ ...frameOf(deps, person), button, ...again });
}

async function passkeyNamed(ctx: Context, { db }: WebDeps, { account }: SignedIn): Promise<ListedPasskey> {
  const id = idOf(ctx);
  const passkey = (await listPasskeys(db, account.id)).find((one) => one.id === id);
  if (!passkey) throw new AppError('not_found', `There is no passkey ${id}`);
  return passkey;
}

/** @throws AppError not_found for what cannot be the id of a passkey */
function idOf(ctx: Context): string {
  const id = ctx.params.id as string;
  if (!/^[1-9]\d{0,17}$/.test(id)) throw new AppError('not_found', 'There is no such passkey');
  return id;
}

function shown({ id, name, aaguid, created_at: added, last_used_at: used }: ListedPasskey): ShownPasskey {
  return { id, name, authenticator: authenticatorName(aaguid), added, ...(used && { used }) };
}

/** What the challenge of a new passkey is bound to: this purpose, and the session that saw the page. */
function bindingOf({ binding }: SignedIn): string {
  return `new passkey ${binding}`;
}

function frameOf({ csrf }: WebDeps, { account, binding }: SignedIn) {
  return { csrf: csrf.token(binding), email: account.email, admin: account.role === 'admin' };
}

function actorOfPerson(ctx: Context, { account }: SignedIn) {
  return actorOf(ctx, `account:${account.id}`);
}

function noPasskeys(): AppError {
  return new AppError('not_found', 'This server has no passkeys');
}

function done(ctx: Context, notice: PasskeyNotice): void {
  writeCookie(ctx, cookie, encodeURIComponent(JSON.stringify(notice)), { maxAgeMs: 60_000 });
  seeOther(ctx, home);
}

/** The cookie is signed, so only a notice of ours comes back. */
function takeNotice(ctx: Context): PasskeyNotice | undefined {
  const text = readCookie(ctx, cookie);
  if (text === undefined) return undefined;
  removeCookie(ctx, cookie);
  return JSON.parse(decodeURIComponent(text)) as PasskeyNotice;
}
