import { html } from 'hono/html';
import type { Messages } from '../en.ts';

export const device: Messages['device'] = {
  title: 'Connecter un appareil',
  heading: 'Connecter un appareil ou une ligne de commande',
  lead: 'Il n’a pas de navigateur : il vous montre donc un code. Saisissez-le ici ; la page suivante dit de quelle application il s’agit.',
  label: 'Code affiché par l’appareil',
  hint: 'Huit lettres. Les majuscules et le tiret ne comptent pas.',
  go: 'Continuer',
  sent: 'Quelqu’un vous a envoyé ce code ?',
  sentTodo:
    'Alors arrêtez-vous ici. Ne saisissez que le code d’un appareil qui est devant vous. VibeCaaS n’en envoie jamais par courriel, messagerie ou téléphone.',
  notACode: 'Ce n’est pas un code.',
  notACodeTodo: 'Un code a huit lettres, dont aucune voyelle. Comparez-le avec l’appareil.',
  unknown: 'Ce code n’existe pas.',
  unknownTodo:
    'Il est peut-être mal saisi, ou vieux de plus de dix minutes. Comparez-le avec l’appareil, ou faites afficher un nouveau code.',
  tooMany: 'Trop de codes erronés.',
  wait: (time) => `Attendez ${time}, puis réessayez.`,
  orSignIn: (signIn) =>
    html`Ou ${signIn('connectez-vous d’abord')} : les codes erronés des autres ne vous retiendront plus.`,
  confirm: {
    title: 'Est-ce votre appareil ?',
    heading: 'Est-ce l’appareil qui est devant vous ?',
    mustShow: 'Il doit afficher ce code maintenant',
    here: 'Demandé depuis le réseau où vous êtes.',
    hereTodo:
      'Si vous ne l’avez pas lancé vous-même à l’instant, quelqu’un vous trompe peut-être : appuyez sur « Non, arrêter ».',
    elsewhere: 'Demandé depuis un autre réseau que le vôtre.',
    elsewhereTodo:
      'C’est normal pour un serveur ou chez un ami. Si vous ne l’avez pas lancé vous-même à l’instant, quelqu’un vous trompe peut-être : appuyez sur « Non, arrêter ».',
    asked: 'Demandé',
    from: 'Depuis',
    by: 'Avec',
    asksFor: 'Demande',
    account: 'Votre compte',
    stop: 'Non, arrêter',
    go: 'Oui, continuer',
    nothingYet: 'Rien n’est encore autorisé. La page suivante demande ce qu’il peut faire.',
  },
  ends: {
    done: {
      title: 'Votre appareil est connecté',
      lead: 'Vous pouvez fermer cette page et revenir à votre appareil. Il continue de lui-même en quelques secondes.',
      next: 'Les applications connectées montrent ce qu’il peut faire ; vous pouvez y mettre fin.',
    },
    stopped: {
      title: 'Arrêté',
      lead: 'L’appareil n’obtient rien. Vous pouvez fermer cette page.',
      next: 'Si quelqu’un vous a envoyé le code, il voulait entrer dans votre compte. Il n’a rien obtenu. Ne saisissez jamais un code reçu par courriel, messagerie ou téléphone.',
    },
    expired: {
      title: 'Ce code a expiré',
      lead: 'Un code vaut dix minutes. Rien n’a été autorisé.',
      next: 'Faites afficher un nouveau code par l’appareil, et saisissez celui-là.',
    },
    used: {
      title: 'Ce code a déjà servi',
      lead: 'Un code sert une fois, dans le navigateur où il a été confirmé en premier.',
      next: 'Si c’était vous, regardez l’appareil : il est peut-être connecté. Sinon, faites-lui afficher un nouveau code.',
    },
  },
  events: {
    confirmed: (app) => html`<b>Code d’un appareil</b> confirmé, pour ${app}`,
    denied: (app) => html`<b>Un appareil</b> refusé, qui demandait pour ${app}`,
  },
  another: 'Saisir un autre code',
};
