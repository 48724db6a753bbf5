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
    },
    noun: (n) => (n < 2 ? 'application' : 'applications'),
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
    byHost: 'Règle pour un hôte',
    inForce: 'Comme application que personne n’a enregistrée',
    sources: {
      client: (rule) => html`${rule} par une règle pour cette application`,
      host: (rule, host) => html`${rule} par la règle pour ${host}`,
      verified: (rule) => html`${rule} parce qu’elle est vérifiée`,
      rest: (rule) => html`${rule} comme les autres : aucune règle ne la nomme`,
    },
    otherwise: {
      host: (rule, host) => html`Aucune règle propre : ${rule}, comme pour ${host}.`,
      verified: (rule) => html`Aucune règle propre : ${rule}, parce qu’elle est vérifiée.`,
      rest: (rule) => html`Aucune règle : ${rule}, comme pour les autres.`,
    },
    decidedBy: (by, on) => html`Décidé par ${by} le ${on}.`,
    changed: {
      tag: 'Modifiée',
      what: 'Cette application a changé depuis qu’elle a été autorisée.',
      todo: 'Jusqu’à ce qu’un administrateur l’autorise telle qu’elle est, les personnes apprennent qu’un administrateur doit d’abord l’autoriser. Pour cela, enregistrez « Autoriser ».',
      redirects: (addresses) => html`Ses adresses de retour sont maintenant : ${addresses}.`,
      scope: (scopes) => html`Elle peut maintenant aussi demander : ${scopes}.`,
      unknown: 'Ce qu’elle était alors n’est pas connu : la règle est plus ancienne que cet enregistrement.',
    },
    meanwhile: {
      app: 'L’application a changé après l’ouverture de cette page.',
      what: (by, rule) => `Un autre administrateur a décidé entre-temps : ${rule}, par ${by}.`,
      gone: 'Un autre administrateur a supprimé la règle entre-temps.',
      todo: 'Rien de votre part n’a été enregistré. Regardez ce qu’il en est, et enregistrez de nouveau si cela doit changer.',
    },
    blocked: {
      state: 'Bloquée',
      lead: 'Une règle la bloque : elle ne peut rien faire. Elle fonctionne de nouveau dès que la règle dit autre chose.',
      suspendedToo: 'Une règle la bloque aussi. Modifiez la règle avant de lever la suspension.',
      notLifted: 'La suspension n’a pas été levée.',
      changeRule: 'Modifier la règle',
    },
    homeWaits: (app, ago) => html`${app} attend qu’un administrateur l’autorise ; demandée ${ago}`,
  },
};
