import type { frame as english } from '../en/frame.ts';

export const frame: typeof english = {
  skip: 'Ir al contenido',
  documentation: 'Documentación',
  help: 'Ayuda',
  privacy: 'Privacidad',
  terms: 'Condiciones',
  language: 'Idioma',
  signIn: 'Iniciar sesión',
  signOut: 'Cerrar sesión',
  admin: 'Administración',
  yourAccount: 'Su cuenta',
  connectedApps: 'Aplicaciones conectadas',
  sessions: 'Sesiones',
  activity: 'Actividad',
  yourData: 'Sus datos',
  yourConnectedApps: 'Sus aplicaciones conectadas',
  security: 'Seguridad',
  yourApps: 'Sus aplicaciones',
  build: 'Desarrollo',
  accountNavigation: 'Cuenta',
  areas: { account: 'cuenta', admin: 'administración' },
};
