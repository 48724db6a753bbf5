/** The half-done sign-in that a page is about, and where it takes place. Anything else leads back to the first step. */
import type { Context } from 'koa';
import type { App } from '../../../views/app-identity.ts';
import { clientView } from '../../oidc/hooks/client-view.ts';
import { openUnsavedCodes, type UnsavedCodes } from '../../operations/enrolments.ts';
import type { NextStep } from '../../policy/second-step.ts';
import type { WebDeps } from '../deps.ts';
import { readForm } from '../http/forms.ts';
import { localPath } from '../http/local-path.ts';
import { seeOther } from '../http/see-other.ts';
import { addressOf } from '../http/sign-in-address.ts';
import { createCurrentInteraction, type Interaction } from '../oauth/interaction/current.ts';
import { asksForMore } from '../oauth/interaction/go-on.ts';
import { type Attempt, currentAttempt } from '../sign-in/attempts.ts';
import { finishSignIn, goElsewhere, type SignInPlace, stepAt } from '../sign-in/continue.ts';

/** Where the pages lie: those of an authorization, and our own. */
export const bases = ['/interaction/:uid', '/sign-in'] as const;

export interface Here {
  readonly place: SignInPlace;
  readonly attempt: Attempt;
  readonly uid: string | undefined;
  /** The anti-forgery value of the forms. */
  readonly csrf: string;
  /** The address of another page of this sign-in. */
  at(step: string): string;
  /** Whether the person is signed in, and the app asks for more. */
  readonly more: boolean;
  /** Where "Not you?" leads. */
  readonly cancelAction: string;
  /** The app that asks. */
  app(): Promise<App | undefined>;
}

export interface Pages {
  /** The page of a step of the sign-in. Undefined if another one is next: the request has been answered. */
  open(ctx: Context, step: NextStep): Promise<Here | undefined>;
  /** The same for a form of that page. */
  submission(ctx: Context, step: NextStep): Promise<(Here & { readonly form: URLSearchParams }) | undefined>;
}

export function secondStepPages(deps: WebDeps): Pages {
  const current = createCurrentInteraction(deps);

  async function here(ctx: Context, step: NextStep, interaction: Interaction | undefined): Promise<Here | undefined> {
    const uid = interaction?.uid;
    if (interaction && interaction.prompt.name !== 'login') return leave(ctx, `/interaction/${interaction.uid}`);
    const next = localPath(ctx.query.next);
    const place = { interaction, next };
    const attempt = await currentAttempt(ctx, deps.db, uid);
    if (!attempt) return void (await goElsewhere(ctx, deps, place));
    const due = stepAt(deps.config, place, attempt);
    if (due === 'done' && step !== 'done') {
      if (unsavedCodesOf(deps, attempt)) return leave(ctx, addressOf(codesStep, uid, next));
      return void (await finishSignIn(ctx, deps, place, attempt));
    }
    if (due !== step) return leave(ctx, addressOf(due, uid, next));
    const more = interaction !== undefined && asksForMore(interaction);
    return {
      place,
      attempt,
      uid,
      csrf: interaction ? current.csrfOf(interaction) : deps.csrf.token(bindingOf(deps, ctx)),
      at: (other) => addressOf(other, uid, next),
      more,
      // Somebody else cannot go on from this person’s session.
      cancelAction: addressOf(more ? 'switch' : 'second-step/cancel', uid, next),
      app: async () => (interaction ? clientView(await current.clientOf(interaction)) : undefined),
    };
  }

  return {
    async open(ctx, step) {
      return here(ctx, step, 'uid' in params(ctx) ? await current.load(ctx) : undefined);
    },
    async submission(ctx, step) {
      if ('uid' in params(ctx)) {
        const sent = await current.submission(ctx);
        const at = sent && (await here(ctx, step, sent.interaction));
        return at && { ...at, form: sent.form };
      }
      const form = await readForm(ctx);
      deps.csrf.check(form, bindingOf(deps, ctx));
      const at = await here(ctx, step, undefined);
      return at && { ...at, form };
    },
  };
}

/** The page that shows recovery codes until the person says that they are saved. */
export const codesStep = 'enrol/codes';

/** Whose form a page of this sign-in is. */
export const formOwnerOf = ({ attempt: { account, idHash } }: Pick<Here, 'attempt'>) => ({
  accountId: account.id,
  binding: idHash.toString('base64url'),
});

/** A node of another release may have left codes of an earlier sign-in. */
export function unsavedCodesOf({ sealer }: Pick<WebDeps, 'sealer'>, attempt: Attempt): UnsavedCodes | undefined {
  if (!attempt.unsavedCodes || !attempt.methods.includes('otp')) return undefined;
  return openUnsavedCodes(sealer, formOwnerOf({ attempt }), attempt.unsavedCodes);
}

const params = (ctx: Context & { params?: object }): object => ctx.params ?? {};

const bindingOf = ({ csrf }: WebDeps, ctx: Context): string => `second step ${csrf.anonymousBinding(ctx)}`;

function leave(ctx: Context, address: string): undefined {
  seeOther(ctx, address);
  return undefined;
}
