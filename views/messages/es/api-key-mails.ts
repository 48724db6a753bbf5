import type { apiKeyMails as english } from '../en/api-key-mails.ts';

export const apiKeyMails: typeof english = {
  madeSubject: 'Se ha creado una clave de API',
  rotatedSubject: 'Se ha rotado una clave de API',
  revokedSubject: 'Se ha revocado una clave de API',
  endingSubject: 'Una clave de API termina pronto',
  preview: '¿Ha sido usted? Si no, revóquela ahora.',
  revokedPreview: 'Los programas que la usan se rechazan.',
  endingPreview: 'Rótela antes de que sus programas se detengan.',
  madeLead:
    'Alguien con la sesión iniciada en su cuenta creó una clave. Los programas que la tienen actúan en su nombre, dentro de lo que la clave permite.',
  madeByAdmin:
    'Un administrador creó una clave para su cuenta. Los programas que la tienen actúan en su nombre, dentro de lo que la clave permite.',
  revokedLead:
    'Un administrador revocó una de sus claves. Todo programa que la use se rechaza desde ahora. Cree otra si aún la necesita.',
  endingLead:
    'A partir de entonces se rechazan los programas que usan esta clave. Rótela: recibe una nueva con los mismos permisos, y la anterior sigue hasta entonces.',
  notYou: 'Revoque la clave ahora y establezca una contraseña nueva.',
  button: 'Ver sus claves',
  key: 'Clave',
  ends: 'Termina',
  changedSubject: 'Se ha cambiado una clave de API',
  furtherSubject: 'Una clave de API vale desde más redes',
  changedPreview: 'Es posible que se rechacen los programas que la usan.',
  furtherLead: 'Alguien con la sesión iniciada en su cuenta cambió desde dónde se puede usar una de sus claves.',
  furtherByAdmin: 'Un administrador cambió desde dónde se puede usar una de sus claves.',
  changedByAdmin:
    'Un administrador quitó permisos a una de sus claves. Los programas que los necesitan se rechazan desde ahora.',
  notAsked: '¿No lo ha pedido?',
  fields: { scope: 'Puede', projects: 'Proyectos', networks: 'Redes', ends: 'Fin' },
  allProjects: 'todos los proyectos',
  allNetworks: 'todas las redes',
  before: (what) => `${what}, antes`,
  now: (what) => `${what}, ahora`,
};
