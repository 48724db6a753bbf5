import type { secretOnce as english } from '../en/secret-once.ts';

export const secretOnce: typeof english = {
  copyNow: 'Cópielo ahora. Solo se guarda una huella, así que nadie puede volver a mostrarlo.',
  copyNowSealed: 'Cópielo ahora. Se guarda sellado, para firmar con él, y nadie puede volver a mostrarlo.',
  copy: 'Copiar',
  copied: 'Copiado',
  theSecret: 'el secreto',
  theEnv: 'las líneas de .env',
};
