/** A new password: what it may be, why one is refused, and what helps. */
export const newPassword = {
  limits: '8 to 128 characters, any of them. Pasting is fine.',
  helps: 'What helps',
  words: 'Three or four words that have nothing to do with each other.',
  manager: 'Or let your password manager make one.',
  tooEasy: 'Too easy to guess.',
  /** What is wrong, and what to do. */
  refused: {
    too_short: { what: 'Too short.', todo: 'It needs at least 8 characters.' },
    too_long: { what: 'Too long.', todo: 'It may have at most 128 characters.' },
    unusable: { what: 'That can’t be a password.', todo: 'It has a character that no keyboard can type.' },
    unchanged: { what: 'That is the current password.', todo: 'Choose another one.' },
  },
  /** Why it is easy to guess, and what people would try next, which does not help. */
  guessed: {
    common: {
      why: 'It is one of the passwords that people use most, or close to one; programs try those first.',
      useless: '“0” for “o” or “@” for “a” doesn’t help.',
    },
    about_you: {
      why: 'It is made from the name, the address, or the name of this service; a program finds that in seconds.',
      useless: 'A capital letter or a “!” at the end doesn’t help.',
    },
    keys: {
      why: 'It is a row of keys or one piece repeated; a program finds that in seconds.',
      useless: 'A longer row, or the same once more, doesn’t help.',
    },
    date: {
      why: 'It is a date or a year with little around it; a program finds that in seconds.',
      useless: 'A year or a birthday at the end doesn’t help.',
    },
    word: {
      why: 'It is a word or two with little around them; a program tries every word.',
      useless: 'A capital letter or a “!” at the end doesn’t help.',
    },
    guessable: { why: 'A program finds it quickly.', useless: 'A capital letter or a “!” at the end doesn’t help.' },
  },
};
