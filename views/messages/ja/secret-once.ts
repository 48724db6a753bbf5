import type { secretOnce as english } from '../en/secret-once.ts';

export const secretOnce: typeof english = {
  copyNow: '今すぐコピーしてください。保存されるのは指紋だけなので、再表示はできません。',
  copyNowSealed: '今すぐコピーしてください。署名に使うため暗号化して保存され、再表示はできません。',
  copy: 'コピー',
  copied: 'コピーしました',
  theSecret: 'シークレット',
  theEnv: '.env の行',
};
