import { html } from 'hono/html';
import type { passkeys as english } from '../en/passkeys.ts';

export const passkeys: typeof english = {
  signIn: 'パスキーでログイン',
  use: 'パスキーを使う',
  useInstead: '代わりにパスキーを使う',
  typeCode: '代わりにコードを入力する',
  stopped: '何も送信されていません。もう一度ボタンを押すか、別の方法をお使いください。',
  unsupported: 'パスキーを使うには、対応しているブラウザーで、このページのスクリプトを許可する必要があります。',
  refused: {
    what: 'このパスキーは受け付けられませんでした。',
    todo: 'アカウントから削除された可能性があります。別のパスキーか、別の方法をお使いください。',
  },
  expired: {
    what: 'このページを開いてから時間がたちすぎました。',
    todo: 'パスキーに問題はありません。もう一度お使いください。',
  },
  copied: {
    what: 'このパスキーはコピーされた可能性があるため、受け付けられませんでした。',
    todo: '別の方法でログインし、「セキュリティ」でこのパスキーを削除して、新しいものを追加してください。',
  },
  step: {
    heading: 'パスキーで確認してください',
    lead: 'ブラウザーが指紋、顔、または端末のロックを求めます。',
    have: (names) => html`次のいずれかをお手元にご用意ください：${names}。`,
  },
  confirm: (email) =>
    html`${email} としてログインしています。この操作にはパスキーが必要です。入力した内容は失われません。`,
  section: {
    heading: 'パスキー',
    lead: '指紋、顔、または端末のロックを使います。覚えるものも、盗まれるものもありません。',
    add: 'パスキーを追加',
    rename: (name) => html`名前を変更<span class="vh">（パスキー ${name}）</span>`,
    remove: (name) => html`削除<span class="vh">（パスキー ${name}）</span>`,
    unused: (added) => html`${added}に追加 · 未使用`,
    used: (added, used) => html`${added}に追加 · 最後の使用：${used}`,
    added: (name) => html`${name} を追加しました。`,
    addedTodo: 'これからは、このパスキーでログインできます。',
    renamed: (name) => html`名前を ${name} に変更しました。`,
    removed: (name) => html`${name} を削除しました。`,
    removedTodo: 'このパスキーではもうログインできません。パスワードマネージャーからも削除してください。',
    last: 'このパスキーは唯一のログイン方法なので、削除されていません。',
    lastTodo: '先に別のパスキーを追加してください。',
  },
  create: {
    title: 'パスキーを追加',
    lead: 'ブラウザーが保存先を尋ね、続いて指紋、顔、または端末のロックを求めます。',
    name: 'パスキーの名前',
    nameHint: '後で見分けられるように、保存先を書いてください。例：「仕事用ノート PC」、「スマートフォン」',
    nameProblem: 'は、読める文字で 1～100 文字にしてください',
    submit: 'パスキーを作成',
    stopped: 'パスキーは作成されていません。もう一度ボタンを押してください。',
    known: 'この端末には、このアカウントのパスキーがすでにあります。',
    expiredTodo: 'パスキーは追加されていません。もう一度ボタンを押してください。',
    refusedTodo: '指紋、顔、または端末のロックによる確認が必要です。もう一度試すか、別の保存先を選んでください。',
    full: 'パスキーは追加されていません。',
    fullTodo: 'このパスキーはすでにあるか、アカウントに登録できる数に達しています。使わないものを削除してください。',
  },
  rename: { title: 'パスキーの名前を変更', submit: '名前を保存' },
};
