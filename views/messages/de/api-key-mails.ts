import type { apiKeyMails as english } from '../en/api-key-mails.ts';

export const apiKeyMails: typeof english = {
  madeSubject: 'Ein API-Schlüssel wurde erstellt',
  rotatedSubject: 'Ein API-Schlüssel wurde gewechselt',
  revokedSubject: 'Ein API-Schlüssel wurde widerrufen',
  endingSubject: 'Ein API-Schlüssel endet bald',
  preview: 'Waren Sie das? Wenn nicht, widerrufen Sie ihn jetzt.',
  revokedPreview: 'Programme, die ihn verwenden, werden abgelehnt.',
  endingPreview: 'Wechseln Sie ihn, bevor Ihre Programme stehen bleiben.',
  madeLead:
    'Jemand, der in Ihrem Konto angemeldet war, hat einen Schlüssel erstellt. Programme, die ihn haben, handeln für Sie, soweit er es erlaubt.',
  madeByAdmin:
    'Ein Admin hat einen Schlüssel für Ihr Konto erstellt. Programme, die ihn haben, handeln für Sie, soweit er es erlaubt.',
  revokedLead:
    'Ein Admin hat einen Ihrer Schlüssel widerrufen. Jedes Programm, das ihn verwendet, wird ab jetzt abgelehnt. Erstellen Sie einen anderen, wenn Sie ihn noch brauchen.',
  endingLead:
    'Programme, die diesen Schlüssel verwenden, werden ab dann abgelehnt. Wechseln Sie ihn: Sie bekommen einen neuen mit denselben Berechtigungen, und der alte gilt bis dahin weiter.',
  notYou: 'Widerrufen Sie den Schlüssel jetzt und legen Sie ein neues Passwort fest.',
  button: 'Ihre Schlüssel ansehen',
  key: 'Schlüssel',
  ends: 'Endet',
  changedSubject: 'Ein API-Schlüssel wurde geändert',
  furtherSubject: 'Ein API-Schlüssel gilt aus mehr Netzen',
  changedPreview: 'Programme, die ihn verwenden, werden vielleicht abgelehnt.',
  furtherLead:
    'Jemand, der in Ihrem Konto angemeldet war, hat geändert, von wo aus einer Ihrer Schlüssel verwendet werden darf.',
  furtherByAdmin: 'Ein Admin hat geändert, von wo aus einer Ihrer Schlüssel verwendet werden darf.',
  changedByAdmin:
    'Ein Admin hat einem Ihrer Schlüssel Rechte genommen. Programme, die sie brauchen, werden ab jetzt abgelehnt.',
  notAsked: 'Sie haben nicht darum gebeten?',
  fields: { scope: 'Darf', projects: 'Projekte', networks: 'Netze', ends: 'Ende' },
  allProjects: 'alle Projekte',
  allNetworks: 'alle Netze',
  before: (what) => `${what} bisher`,
  now: (what) => `${what} jetzt`,
};
