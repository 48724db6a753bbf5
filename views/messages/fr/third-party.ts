import { html } from 'hono/html';
import type { thirdParty as english } from '../en/third-party.ts';
import { pluralsOf } from '../plurals.ts';

const plural = pluralsOf('fr');

export const thirdParty: typeof english = {
  ask: {
    title: (app) => `${app} doit être autorisée par un administrateur`,
    heading: (app) => html`${app} doit d’abord être autorisée par un administrateur`,
    lead: 'Personne n’a enregistré cette application ici, et ces applications sont autorisées une par une. Rien n’a été transmis.',
    next: 'Les administrateurs de VibeCaaS voient que vous l’avez demandée, avec votre adresse. Vous ne recevrez rien d’autre d’ici : recommencez depuis l’application quand ils l’auront autorisée. Elle vous demandera alors ce qu’elle peut faire.',
    wrong:
      'Sur ce serveur, les administrateurs autorisent les applications que personne n’a enregistrées, et celle-ci ne l’est pas encore.',
    fix: 'Rien à corriger dans l’application. Dites qui l’exploite quand quelqu’un demande à un administrateur, ou faites-la enregistrer.',
  },
  blocked: {
    title: 'VibeCaaS ne laisse pas cette application se connecter',
    tab: 'VibeCaaS ne laisse pas cette application se connecter',
    lead: 'Un administrateur l’a bloquée. Rien n’a été transmis, et l’accès qu’elle avait a pris fin.',
    advice:
      'Si vous avez besoin de cette application, demandez à l’exploitant de ce serveur, et donnez l’identifiant de requête ci-dessous.',
  },
  admin: {
    title: 'Applications non enregistrées',
    lead: 'Agents et outils venus d’eux-mêmes. Personne ici ne les a examinés.',
    rest: 'Ce qui vaut pour les autres',
    restLead: 'Pour chaque application sans règle. THIRD_PARTY_POLICY le fixe.',
    host: 'Hôte',
    hostHint:
      'Chaque application dont le document s’y trouve, sur tout port. Les hôtes en dessous sont d’autres hôtes.',
    toRule: 'Fixer une règle',
    hostRules: 'Règles pour des hôtes',
    app: 'Application',
    cameBy: 'Venue par',
    firstSeen: 'Vue d’abord',
    people: 'Personnes',
    lastUsed: 'Dernière utilisation',
    rule: 'Règle',
    never: 'jamais',
    decided: 'Décidé',
    reason: 'Motif',
    search: 'Rechercher',
    any: 'Toutes',
    apply: 'Appliquer',
    nothing: 'Aucune application n’est encore venue d’elle-même',
    nothingWhy:
      'Les agents s’enregistrent eux-mêmes, ou ont l’URL d’un document comme identifiant de client. Ils figurent ici à partir de là.',
    noMatch: 'Aucune application de ce genre',
    noMatchWhy: 'Essayez avec moins de mots, ou une autre règle.',
    clear: 'Tout afficher',
    newest: 'Les plus récentes d’abord',
    decide: 'Décider',
    what: 'Ce qui vaut désormais',
    save: 'Enregistrer la règle',
    back: 'Retour',
    suspended: 'Elle est aussi suspendue. Cela reste, quoi que dise la règle.',
    homeMore: 'Personne ne l’a enregistrée.',
    badHost: html`doit être le nom d’un hôte, comme agent.example`,
    chooseOne: html`doit être l’une de celles-ci`,
    cameBys: { dynamic: 'Enregistrement', metadata_document: 'Document de métadonnées' },
    policies: {
      allow: 'Autoriser',
      ask: 'Demander à un administrateur',
      block: 'Bloquer',
      none: 'Comme les autres',
      waiting: 'Quelqu’un attend',
    },
    means: {
      allow: 'Les personnes décident.',
      ask: 'Qui essaie apprend qu’un administrateur doit d’abord l’autoriser, et attend ici. Ce qui est déjà autorisé continue.',
      block: 'Chaque requête est refusée, et tout ce qui est en cours prend fin aussitôt.',
      none: 'Aucune règle : ce qui vaut pour les autres s’applique.',
    },
    noun: (n) => plural(n, { one: '# application', other: '# applications' }),
    waits: (n) => plural(n, { one: '# personne attend', other: '# personnes attendent' }),
    apps: (n) => plural(n, { one: '# application', other: '# applications' }),
    allowing: (n) =>
      plural(n, {
        one: '# personne qui lui autorise quelque chose',
        other: '# personnes qui lui autorisent quelque chose',
      }),
    atStake: (apps, people) => `Elle concerne ${apps} et ${people}.`,
    ruleTitle: (what) => `Règle pour ${what}`,
    ruleFor: (what) => html`Règle pour ${what}`,
    about: (what) => `au sujet de ${what}`,
    homeWaits: (app, ago) => html`${app} attend qu’un administrateur l’autorise ; demandée ${ago}`,
  },
};
