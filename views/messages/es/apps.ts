import { html } from 'hono/html';
import type { apps as english } from '../en/apps.ts';

export const apps: typeof english = {
  quoted: (name) => html`«${name}»`,
  quotedText: (name) => `«${name}»`,
  tags: {
    own: 'De VibeCaaS',
    verified: 'Verificada',
    in_review: 'En revisión',
    unchecked: 'Sin comprobar',
  },
  seal: {
    own: html`<b>De VibeCaaS.</b> La hacemos y la gestionamos nosotros.`,
    verified: (on, host) =>
      html`<b>Verificada</b>${on && html` el ${on}`}: quién la gestiona${host && html` y que ${host} le pertenece`}.`,
    inReview: (since, namesOwner) =>
      html`<b>En revisión</b>${since && html` desde el ${since}`}. Aún sin comprobar: ${namesOwner ? 'el nombre y el propietario los declara ella misma' : 'el nombre lo declara ella misma'}.`,
    uncheckedAddress: html`<b>Sin comprobar.</b> Nadie de VibeCaaS la ha revisado. Solo su dirección es segura.`,
    uncheckedName: html`<b>Sin comprobar.</b> Nadie de VibeCaaS la ha revisado. El nombre lo declara ella misma.`,
  },
  by: (owner) => html`de ${owner}`,
  saysBy: (owner) => html`dice ser de ${owner}`,
  callsItself: (name) => html`dice llamarse «${name}»`,
  nameOfItsOwn: 'el nombre que se da a sí misma',
  marks: { see: 'Puede ver', change: 'Puede modificar', cost: 'Puede costar dinero' },
  permissions: {
    'projects:read': { title: 'Proyectos', line: 'Nombres, ajustes y archivos. También los privados.' },
    'deployments:read': {
      title: 'Despliegues y registros',
      line: 'Qué está publicado, desde cuándo y qué dicen los registros.',
    },
    'analytics:read': { title: 'Estadísticas', line: 'Cifras de visitas y de uso.' },
    'profile email': { title: 'Su nombre y su correo electrónico', line: 'Tal como figuran en su cuenta.' },
    profile: { title: 'Su nombre', line: 'Tal como figura en su cuenta.' },
    email: { title: 'Su correo electrónico', line: 'Tal como figura en su cuenta.' },
    'projects:write': {
      title: 'Proyectos y archivos',
      line: 'Los crea, edita, transfiere y elimina sin volver a preguntar.',
    },
    'deployments:write': {
      title: 'Lo que está publicado',
      line: 'Despliega, cancela y revierte. Sus visitantes lo ven al instante.',
    },
    'ai:generate': {
      title: 'IA en su cuenta',
      line: 'Envía instrucciones y su código a modelos de IA. Consume su plan y puede tener un coste adicional.',
    },
  },
  notDescribed: 'Esta página no tiene ninguna descripción de este permiso.',
  titles: (titles) =>
    titles.map((title, i) => (i === 0 ? title : title.charAt(0).toLowerCase() + title.slice(1))).join(', '),
  question: {
    projects: (app, verbs, ai) => {
      if (verbs === 'none') return html`¿Permitir que ${app} use la IA en su cuenta?`;
      const what = { see: 'vea', change: 'modifique', both: 'vea y modifique' }[verbs];
      return html`¿Permitir que ${app} ${what} sus proyectos${ai && ' y use la IA'}?`;
    },
    nameAndAddress: (app) => html`¿Permitir que ${app} vea su nombre y su correo electrónico?`,
    name: (app) => html`¿Permitir que ${app} vea su nombre?`,
    address: (app) => html`¿Permitir que ${app} vea su correo electrónico?`,
    open: (app) => html`¿Qué puede hacer ${app}?`,
    whoYouAre: (app) => html`¿Permitir que ${app} sepa quién es usted?`,
  },
};
