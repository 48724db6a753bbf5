import type { secretOnce as english } from '../en/secret-once.ts';

export const secretOnce: typeof english = {
  copyNow: 'Kopieren Sie es jetzt. Gespeichert wird nur ein Fingerabdruck, deshalb kann es niemand noch einmal zeigen.',
  copyNowSealed:
    'Kopieren Sie es jetzt. Es bleibt versiegelt gespeichert, um damit zu signieren, und niemand kann es noch einmal zeigen.',
  copy: 'Kopieren',
  copied: 'Kopiert',
  theSecret: 'das Geheimnis',
  theEnv: 'die .env-Zeilen',
};
