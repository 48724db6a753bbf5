/** A middleware that stores the language that a person has chosen. */
import type { Context, Next } from 'koa';
import { setAccountLocale } from '../../store/account-languages.ts';
import type { WebDeps } from '../deps.ts';
import { chosenLanguage } from './language.ts';
import { signedIn } from './session.ts';

/** Keeps the choice of a person who is signed in with the account, for other browsers and for mails. */
export function keepLanguage({ db, engine }: Pick<WebDeps, 'db' | 'engine'>) {
  return async (ctx: Context, next: Next): Promise<void> => {
    const chosen = chosenLanguage(ctx);
    const person = chosen && (await signedIn(ctx, engine.provider()));
    if (person && person.account.locale !== chosen) await setAccountLocale(db, person.account.id, chosen);
    return next();
  };
}
