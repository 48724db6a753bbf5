import { html } from 'hono/html';
import type { secondStep as english } from '../en/second-step.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('fr');

export const secondStep: typeof english = {
  title: 'Encore une étape',
  more: 'Votre session est ouverte. Pour continuer, montrez que vous avez votre téléphone avec vous.',
  app: {
    heading: 'Encore une étape',
    lead: 'Le mot de passe est correct. Montrez maintenant que vous avez votre téléphone avec vous.',
    leadElsewhere: 'C’est bon. Montrez maintenant que vous avez votre téléphone avec vous.',
    label: 'Code de votre application d’authentification',
    hint: 'Six chiffres. Ils changent toutes les 30 secondes.',
    todo: 'Il est peut-être mal saisi, déjà utilisé ou trop ancien. Prenez celui que votre application affiche maintenant.',
  },
  recovery: {
    heading: 'Utiliser un code de secours',
    lead: 'L’un des dix codes que vous avez enregistrés. Chacun sert une fois.',
    label: 'Code de secours',
    hint: 'Huit lettres et chiffres.',
    todo: 'Il est peut-être mal saisi ou déjà utilisé.',
  },
  signingIn: (email) => html`Connexion en tant que ${email}.`,
  notYou: 'Ce n’est pas vous ?',
  go: 'Continuer',
  or: 'ou',
  useRecovery: 'Utiliser un code de secours',
  useApp: 'Saisir un code de votre application',
  lost: 'Plus de codes ni de téléphone ?',
  lostLink: 'Ce que vous pouvez faire alors',
  wrong: 'Ce code n’a pas fonctionné.',
  tooMany: 'Trop de tentatives.',
  wait: (time) => `Attendez ${time}, puis réessayez.`,
  enrol: {
    title: 'Activer la deuxième étape',
    step: (n) => `Étape ${n} sur 2`,
    heading: 'Associez votre application d’authentification',
    lead: 'Ensuite, une connexion demande aussi un code de votre téléphone, sauf avec une clé d’accès. Un mot de passe volé ne vaut rien à lui seul.',
    anyApp: 'Toute application d’authentification convient, y compris celle de votre gestionnaire de mots de passe.',
    why: {
      admin: 'Les administrateurs ont besoin d’une deuxième étape.',
      everyone: 'Ici, tout le monde a besoin d’une deuxième étape.',
      app: 'Cette application demande une deuxième étape.',
    },
    scan: '1. Scannez ceci avec l’application',
    qr: 'Code QR contenant la même clé que le texte en dessous',
    cannotScan: 'Impossible de le scanner ? Saisissez la clé',
    account: (email) => html`Compte : ${email}. Type : basé sur l’heure, 6 chiffres, 30 secondes.`,
    type: '2. Saisissez le code qu’elle affiche',
    code: 'Code à six chiffres',
    wrongTodo:
      'Prenez celui que l’application affiche maintenant. Si cela échoue encore, vérifiez l’heure de votre téléphone.',
    notNow: 'Pas maintenant',
  },
  codes: {
    title: 'Enregistrez vos codes de secours',
    lead: 'Ils vous permettent d’entrer si vous perdez votre téléphone. Chacun sert une fois. Gardez-les là où vous gardez ce que vous ne pouvez pas perdre : un gestionnaire de mots de passe, ou du papier dans un tiroir.',
    isOn: 'La deuxième étape est activée.',
    connected: 'Votre application est associée.',
    fresh: 'Voici vos nouveaux codes.',
    old: 'Les anciens ne fonctionnent plus.',
    ten: 'Vos dix codes, affichés seulement maintenant',
    file: 'Enregistrer dans un fichier',
    fileHead: (email, day) => `Codes de secours VibeCaaS de ${email}, créés le ${day}`,
    print: 'Imprimer',
    copy: 'Copier',
    copied: 'Copié',
    saved: 'Je les ai enregistrés',
    done: 'Terminé',
  },
  section: {
    heading: 'Deuxième étape',
    lead: 'Demandée après la première étape d’une connexion, pour qu’un mot de passe volé ne suffise pas.',
    app: 'Application d’authentification',
    on: 'Activée',
    off: 'Désactivée',
    offHint: 'Avec elle, une connexion demande aussi un code de votre téléphone.',
    turnOn: html`Activer<span class="vh"> la deuxième étape</span>`,
    unused: (added) => html`Ajoutée le ${added} · jamais utilisée`,
    used: (added, used) => html`Ajoutée le ${added} · dernière utilisation : ${used}`,
    replace: html`Remplacer<span class="vh"> votre application d’authentification</span>`,
    turnOff: html`Désactiver<span class="vh"> la deuxième étape</span>`,
    required: 'Votre compte en a besoin : l’application peut être remplacée, mais l’étape ne peut pas être désactivée.',
    codes: 'Codes de secours',
    left: (n) => `${n} sur 10 restants`,
    codesHint: 'Pour le cas où vous perdez votre téléphone. Les nouveaux codes remplacent les anciens.',
    makeNew: 'Créer de nouveaux codes',
    noneLeft: 'Il ne reste aucun code de secours.',
    onlyLeft: (n) =>
      plural(n, {
        one: 'Il ne reste que # code de secours.',
        other: 'Il ne reste que # codes de secours.',
      }),
    lockedOut: (link) => html`Si vous perdez votre téléphone, vous pourriez ne plus pouvoir entrer. ${link}.`,
  },
  confirm: {
    title: 'Confirmez que c’est vous',
    old: (email) =>
      html`Vous vous êtes connecté en tant que ${email} il y a plus de dix minutes. Votre mot de passe est de nouveau nécessaire ; rien de ce que vous avez saisi n’est perdu.`,
    oldBoth: (email) =>
      html`Vous vous êtes connecté en tant que ${email} il y a plus de dix minutes. Votre mot de passe et un code sont de nouveau nécessaires ; rien de ce que vous avez saisi n’est perdu.`,
    without: (email) =>
      html`Vous vous êtes connecté en tant que ${email} sans la deuxième étape. Elle est nécessaire ici ; rien de ce que vous avez saisi n’est perdu.`,
    anew: (email) =>
      html`Vous vous êtes connecté en tant que ${email} il y a plus de dix minutes. Une nouvelle connexion est nécessaire.`,
    codeHint: 'Ou l’un de vos codes de secours.',
    wrongPassword: 'Ce n’est pas votre mot de passe.',
    unchanged: 'Rien n’a été modifié.',
    submit: 'Confirmer et continuer',
    signIn: 'Se reconnecter',
  },
};
