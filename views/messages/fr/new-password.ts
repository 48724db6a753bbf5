import type { newPassword as english } from '../en/new-password.ts';

export const newPassword: typeof english = {
  limits: 'De 8 à 128 caractères, quels qu’ils soient. Le collage est permis.',
  helps: 'Ce qui aide',
  words: 'Trois ou quatre mots sans rapport entre eux.',
  manager: 'Ou laissez votre gestionnaire de mots de passe en créer un.',
  tooEasy: 'Trop facile à deviner.',
  refused: {
    too_short: { what: 'Trop court.', todo: 'Il faut au moins 8 caractères.' },
    too_long: { what: 'Trop long.', todo: 'Il peut avoir au plus 128 caractères.' },
    unusable: {
      what: 'Cela ne peut pas être un mot de passe.',
      todo: 'Il contient un caractère qu’aucun clavier ne peut saisir.',
    },
    unchanged: { what: 'C’est le mot de passe actuel.', todo: 'Choisissez-en un autre.' },
  },
  guessed: {
    common: {
      why: 'C’est l’un des mots de passe les plus utilisés, ou presque ; les programmes essaient ceux-là en premier.',
      useless: 'Écrire « 0 » pour « o » ou « @ » pour « a » n’aide pas.',
    },
    about_you: {
      why: 'Il est formé du nom, de l’adresse ou du nom de ce service ; un programme le trouve en quelques secondes.',
      useless: 'Une majuscule ou un « ! » à la fin n’aide pas.',
    },
    keys: {
      why: 'C’est une rangée de touches ou un morceau répété ; un programme le trouve en quelques secondes.',
      useless: 'Une rangée plus longue, ou la même encore une fois, n’aide pas.',
    },
    date: {
      why: 'C’est une date ou une année avec peu de choses autour ; un programme le trouve en quelques secondes.',
      useless: 'Une année ou un anniversaire à la fin n’aide pas.',
    },
    word: {
      why: 'C’est un mot ou deux avec peu de choses autour ; un programme essaie tous les mots.',
      useless: 'Une majuscule ou un « ! » à la fin n’aide pas.',
    },
    guessable: { why: 'Un programme le trouve rapidement.', useless: 'Une majuscule ou un « ! » à la fin n’aide pas.' },
  },
};
