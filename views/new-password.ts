import { html } from 'hono/html';
import type { Html } from './text.ts';

/** Why a new password was refused. */
export type PasswordReason =
  | 'too_short'
  | 'too_long'
  | 'unusable'
  | 'unchanged'
  | 'common'
  | 'about_you'
  | 'keys'
  | 'date'
  | 'word'
  | 'guessable';

const texts = {
  limits: '8 to 128 characters, any of them. Pasting is fine.',
  helps: 'What helps',
  words: 'Three or four words that have nothing to do with each other.',
  manager: 'Or let your password manager make one.',
  symbols: 'A capital letter or a “!” at the end doesn’t help.',
  swaps: '“0” for “o” or “@” for “a” doesn’t help: programs try that too.',
  years: 'A year or a birthday at the end doesn’t help.',
  rows: 'A longer row, or the same once more, doesn’t help.',
  tooEasy: 'Too easy to guess.',
  too_short: ['Too short.', 'It needs at least 8 characters.'],
  too_long: ['Too long.', 'It may have at most 128 characters.'],
  unusable: ['That can’t be a password.', 'It has a character that no keyboard can type.'],
  unchanged: ['That is the password you have.', 'Choose another one.'],
  common: 'It is one of the passwords that people use most, or close to one; programs try those first.',
  about_you: 'It is made from the name, the address, or the name of this service; a program finds that in seconds.',
  keys: 'It is a row of keys or one piece repeated; a program finds that in seconds.',
  date: 'It is a date or a year with little around it; a program finds that in seconds.',
  word: 'It is a word or two with little around them; a program tries every word.',
  guessable: 'A program finds it quickly.',
} as const;

/** What does not help, for those who would try it next. */
const useless = {
  common: texts.swaps,
  about_you: texts.symbols,
  keys: texts.rows,
  date: texts.years,
  word: texts.symbols,
  guessable: texts.symbols,
} as const;

type Guessable = keyof typeof useless;

const isGuessable = (reason: PasswordReason): reason is Guessable => Object.hasOwn(useless, reason);

/**
 * The field for a new password, posted as `new_password`; it is never filled in again. A refusal says what makes the
 * password weak, and what helps.
 */
export function newPasswordField(props: {
  label: string;
  /** A sentence after the limits. */
  hint?: string | undefined;
  reason?: PasswordReason | undefined;
  focused?: boolean;
}): Html {
  const { label, hint, reason, focused } = props;
  const described = `${reason ? 'new_password-problem ' : ''}new_password-hint`;
  return html`<p class="field"><label for="new_password">${label}</label>
        <input id="new_password" name="new_password" type="password" autocomplete="new-password" required aria-describedby="${described}"${reason && html` aria-invalid="true"`}${focused && html` autofocus`}>
        ${reason && refusal(reason)}<span class="hint" id="new_password-hint">${texts.limits}${hint && ` ${hint}`}</span></p>
      ${reason && isGuessable(reason) && tips(reason)}`;
}

function refusal(reason: PasswordReason): Html {
  const [what, why] = isGuessable(reason) ? [texts.tooEasy, texts[reason]] : texts[reason];
  const bars = html`<span class="strength" aria-hidden="true"><i class="no"></i><i${reason === 'guessable' && html` class="no"`}></i><i></i><i></i></span>`;
  return html`${isGuessable(reason) && bars}<span class="hint no" id="new_password-problem" role="alert"><b>${what}</b> ${why}</span>`;
}

const tips = (reason: Guessable): Html =>
  html`<div class="field"><p class="label">${texts.helps}</p><ul class="tips"><li>${texts.words}</li><li>${texts.manager}</li><li>${useless[reason]}</li></ul></div>`;
