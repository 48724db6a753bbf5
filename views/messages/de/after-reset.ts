import type { afterReset as english } from '../en/after-reset.ts';

export const afterReset: typeof english = {
  what: 'Ihr Passwort ist geändert.',
  todo: 'Ihre Passkeys und verbundenen Konten öffnen dieses Konto weiterhin. Sehen Sie sie unten durch, und entfernen Sie, was nicht von Ihnen ist.',
  goOn: 'Weiter zur App, von der Sie kommen',
};
