import { html } from 'hono/html';
import type { apps as english } from '../en/apps.ts';

export const apps: typeof english = {
  quoted: (name) => html`« ${name} »`,
  quotedText: (name) => `« ${name} »`,
  tags: {
    own: 'De VibeCaaS',
    verified: 'Vérifiée',
    in_review: 'En cours de vérification',
    unchecked: 'Non vérifiée',
  },
  seal: {
    own: html`<b>De VibeCaaS.</b> Conçue et exploitée par nous.`,
    verified: (on, host) =>
      html`<b>Vérifiée</b>${on && html` le ${on}`} : qui l’exploite${host && html`, et que ${host} lui appartient`}.`,
    inReview: (since, namesOwner) =>
      html`<b>En cours de vérification</b>${since && html` depuis le ${since}`}. Pas encore vérifiée : ${namesOwner ? 'son nom et son propriétaire n’engagent qu’elle' : 'son nom n’engage qu’elle'}.`,
    uncheckedAddress: html`<b>Non vérifiée.</b> Personne chez VibeCaaS ne l’a examinée. Seule son adresse est sûre.`,
    uncheckedName: html`<b>Non vérifiée.</b> Personne chez VibeCaaS ne l’a examinée. Son nom n’engage qu’elle.`,
  },
  by: (owner) => html`de ${owner}`,
  saysBy: (owner) => html`dit être de ${owner}`,
  callsItself: (name) => html`se présente comme « ${name} »`,
  nameOfItsOwn: 'le nom qu’elle se donne',
  marks: { see: 'Peut voir', change: 'Peut modifier', cost: 'Peut coûter de l’argent' },
  permissions: {
    'projects:read': { title: 'Projets', line: 'Noms, réglages et fichiers. Y compris les projets privés.' },
    'deployments:read': {
      title: 'Déploiements et journaux',
      line: 'Ce qui est en ligne, depuis quand, et ce que disent les journaux.',
    },
    'analytics:read': { title: 'Statistiques', line: 'Chiffres de visites et d’utilisation.' },
    'profile email': { title: 'Votre nom et votre adresse e-mail', line: 'Tels qu’ils figurent dans votre compte.' },
    profile: { title: 'Votre nom', line: 'Tel qu’il figure dans votre compte.' },
    email: { title: 'Votre adresse e-mail', line: 'Telle qu’elle figure dans votre compte.' },
    'projects:write': {
      title: 'Projets et fichiers',
      line: 'Les crée, les modifie, les transfère et les supprime, sans redemander.',
    },
    'deployments:write': {
      title: 'Ce qui est en ligne',
      line: 'Déploie, annule et revient en arrière. Vos visiteurs le voient aussitôt.',
    },
    'ai:generate': {
      title: 'IA sur votre compte',
      line: 'Envoie des requêtes et votre code à des modèles d’IA. Cela consomme votre forfait et peut coûter un supplément.',
    },
  },
  notDescribed: 'Cette page n’en a pas de description.',
  titles: (titles) =>
    titles.map((title, i) => (i === 0 ? title : title.charAt(0).toLowerCase() + title.slice(1))).join(', '),
  question: {
    projects: (app, verbs, ai) => {
      if (verbs === 'none') return html`Autoriser ${app} à utiliser l’IA sur votre compte ?`;
      const what = { see: 'voir', change: 'modifier', both: 'voir et modifier' }[verbs];
      return html`Autoriser ${app} à ${what} vos projets${ai && ', et à utiliser l’IA'} ?`;
    },
    nameAndAddress: (app) => html`Autoriser ${app} à voir votre nom et votre adresse e-mail ?`,
    name: (app) => html`Autoriser ${app} à voir votre nom ?`,
    address: (app) => html`Autoriser ${app} à voir votre adresse e-mail ?`,
    open: (app) => html`Que peut faire ${app} ?`,
    whoYouAre: (app) => html`Autoriser ${app} à savoir qui vous êtes ?`,
  },
};
