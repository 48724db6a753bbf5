import type { newPassword as english } from '../en/new-password.ts';

export const newPassword: typeof english = {
  limits: 'De 8 a 128 caracteres cualesquiera. Se puede pegar.',
  helps: 'Qué ayuda',
  words: 'Tres o cuatro palabras que no tengan nada que ver entre sí.',
  manager: 'O deje que su gestor de contraseñas genere una.',
  tooEasy: 'Demasiado fácil de adivinar.',
  refused: {
    too_short: { what: 'Demasiado corta.', todo: 'Necesita al menos 8 caracteres.' },
    too_long: { what: 'Demasiado larga.', todo: 'Puede tener como máximo 128 caracteres.' },
    unusable: {
      what: 'Eso no puede ser una contraseña.',
      todo: 'Contiene un carácter que ningún teclado puede escribir.',
    },
    unchanged: { what: 'Esa es la contraseña actual.', todo: 'Elija otra.' },
  },
  guessed: {
    common: {
      why: 'Es una de las contraseñas más usadas, o se parece mucho a una; los programas prueban esas primero.',
      useless: 'Poner «0» por «o» o «@» por «a» no ayuda.',
    },
    about_you: {
      why: 'Está hecha con el nombre, la dirección o el nombre de este servicio; un programa la encuentra en segundos.',
      useless: 'Una mayúscula o un «!» al final no ayuda.',
    },
    keys: {
      why: 'Es una fila de teclas o un trozo repetido; un programa la encuentra en segundos.',
      useless: 'Una fila más larga, o lo mismo otra vez, no ayuda.',
    },
    date: {
      why: 'Es una fecha o un año con poco alrededor; un programa la encuentra en segundos.',
      useless: 'Un año o un cumpleaños al final no ayuda.',
    },
    word: {
      why: 'Es una palabra o dos con poco alrededor; un programa prueba todas las palabras.',
      useless: 'Una mayúscula o un «!» al final no ayuda.',
    },
    guessable: { why: 'Un programa la encuentra enseguida.', useless: 'Una mayúscula o un «!» al final no ayuda.' },
  },
};
