import type { Language } from './languages.ts';

/** A text for each number that the language tells apart; `#` stands for the number. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** Returns the function that puts a number into words: "1 field", "2 fields". */
export function pluralsOf(language: Language): (n: number, forms: Forms) => string {
  let rules: Intl.PluralRules | undefined;
  let digits: Intl.NumberFormat | undefined;
  return (n, forms) => {
    rules ??= new Intl.PluralRules(language);
    digits ??= new Intl.NumberFormat(language);
    return (forms[rules.select(n)] ?? forms.other).replaceAll('#', digits.format(n));
  };
}
