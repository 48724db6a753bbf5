import type { clientFields as english } from '../en/client-fields.ts';

export const clientFields: typeof english = {
  client_name: { label: 'Name', phrase: 'Name' },
  'client_name#en': { label: 'Name auf Englisch', phrase: 'Name auf Englisch' },
  'client_name#de': { label: 'Name auf Deutsch', phrase: 'Name auf Deutsch' },
  'client_name#es': { label: 'Name auf Spanisch', phrase: 'Name auf Spanisch' },
  'client_name#fr': { label: 'Name auf Französisch', phrase: 'Name auf Französisch' },
  'client_name#ja': { label: 'Name auf Japanisch', phrase: 'Name auf Japanisch' },
  description: {
    label: 'Wozu sie da ist',
    phrase: 'Zweck',
    hint: 'Ein Satz: was sie mit den Projekten von Personen tut. Er wird gezeigt, sobald die App geprüft ist.',
  },
  owner_name: {
    label: 'Betrieben von',
    phrase: 'Betreiber',
    hint: 'Eine Firma oder eine Person. Steht unter dem Namen.',
  },
  owner_email: {
    label: 'Konto des Entwicklers',
    phrase: 'Konto des Eigentümers',
    hint: 'Die Adresse einer Person, die sich hier anmelden kann.',
  },
  client_uri: {
    label: 'Startseite',
    phrase: 'Startseite',
    hint: 'Eine eigene https-Adresse. Angezeigt wird ihr Host.',
  },
  policy_uri: {
    label: 'Datenschutzerklärung',
    phrase: 'Datenschutzerklärung',
    hint: 'Die Adresse der Angaben dazu, was sie mit dem tut, was Personen sie sehen lassen.',
  },
  tos_uri: { label: 'Nutzungsbedingungen', phrase: 'Nutzungsbedingungen' },
  support_uri: {
    label: 'Hilfe für ihre Nutzer',
    phrase: 'Hilfe für ihre Nutzer',
    hint: 'Die Adresse einer Seite mit Hilfe. Sobald die App geprüft ist, führt die Zustimmungsseite dorthin.',
  },
  contacts: {
    label: 'Kontakte',
    phrase: 'Kontakte',
    hint: 'E-Mail-Adressen, eine je Zeile. VibeCaaS schreibt dorthin.',
  },
  first_party: {
    label: 'Von VibeCaaS selbst',
    phrase: 'Zugehörigkeit zu VibeCaaS',
    hint: 'Niemand wird gefragt, ob er darf.',
  },
  redirect_uris: {
    label: 'Weiterleitungsadressen',
    phrase: 'Weiterleitungsadressen',
    hint: 'Eine je Zeile, höchstens 20. https, oder http auf diesem Computer.',
  },
  post_logout_redirect_uris: {
    label: 'Adressen nach dem Abmelden',
    phrase: 'Adressen nach dem Abmelden',
    hint: 'Eine je Zeile.',
  },
  backchannel_logout_uri: {
    label: 'Wo er von Abmeldungen erfährt',
    phrase: 'Adresse für Abmeldungen',
    hint: 'https, unter einer öffentlichen Adresse. Endet hier die Sitzung einer Person, erhält sein Server dort ein signiertes Logout-Token.',
  },
  backchannel_logout_session_required: {
    label: 'Er braucht die Id der Sitzung',
    phrase: 'Bedarf der Id der Sitzung',
    hint: 'Logout-Tokens und seine ID-Tokens haben `sid` in jedem Fall. Ankreuzen, wenn seine Registrierung sagt, dass er `sid` verlangt.',
  },
  allowed_origins: {
    label: 'Weitere Ursprünge ihrer Skripte',
    phrase: 'weitere Ursprünge ihrer Skripte',
    hint: 'Einer je Zeile, etwa `capacitor://localhost`. Die der Weiterleitungsadressen sind ohnehin erlaubt; nur ein Client ohne Geheimnis braucht welche.',
  },
  token_endpoint_auth_method: {
    label: 'Wie er sich ausweist',
    phrase: 'Authentifizierung',
    hint: 'Ein Geheimnis wird einmal gezeigt, nach dem Speichern.',
  },
  id_token_signed_response_alg: {
    label: 'ID-Token signiert mit',
    phrase: 'Verfahren der ID-Token',
    hint: '`RS256` für Bibliotheken, die das ohne andere Angabe erwarten: openid-client 5, next-auth 4.',
  },
  grant_types: { label: 'Grant-Typen', phrase: 'Grant-Typen' },
  jwks_uri: {
    label: 'Wo seine öffentlichen Schlüssel liegen',
    phrase: 'Adresse seiner öffentlichen Schlüssel',
    hint: 'Für `private_key_jwt`: dies oder die Schlüssel selbst.',
  },
  jwks: { label: 'Seine öffentlichen Schlüssel', phrase: 'öffentliche Schlüssel', hint: 'Ein JSON Web Key Set.' },
  assertion_audience: {
    label: 'Empfänger seiner Assertions',
    phrase: 'Empfänger seiner Assertions',
    hint: 'Für `private_key_jwt`. Spring Security und ältere Bibliotheken senden in `aud` die Adresse des Token-Endpunkts.',
  },
  profile: {
    label: 'Sicherheitsprofil',
    phrase: 'Sicherheitsprofil',
    hint: '`fapi2` verlangt alles aus dem FAPI 2.0 Security Profile: Anfragen vorab über PAR, DPoP mit Nonce, `private_key_jwt`, https. Der Wechsel gilt sofort, auch für begonnene Anfragen.',
  },
  workload_identities: {
    label: 'Workloads, denen er vertraut',
    phrase: 'Workloads, denen er vertraut',
    hint: 'Für `workload_identity`: eine JSON-Liste mit `issuer`, `subject` und, falls nicht dieser Server gemeint ist, `audience`.',
  },
  refresh_token_leeway: {
    label: 'Nachfrist für Refresh-Token in Sekunden',
    phrase: 'Nachfrist für Refresh-Token',
    hint: '0 bis 3600. Wie lange ein schon eingetauschtes Refresh-Token dieselbe Antwort noch einmal bekommt. 0 ist streng: Jedes gilt einmal, und eine verlorene Antwort meldet den Nutzer ab. Leer gilt die Einstellung des Servers: 10, sofern der Betreiber sie nicht geändert hat.',
  },
  gateway_resource: {
    label: 'Gateway von',
    phrase: 'Rolle als Gateway',
    hint: 'Die Ressource, deren Token er prüfen darf; mehrere mit Leerzeichen dazwischen. Leer, wenn er kein Gateway ist.',
  },
  exchange_resource: {
    label: 'Tauscht Token ein für',
    phrase: 'Eintausch von Token',
    hint: 'Die Ressourcen, für die er ein als Gateway empfangenes Token eintauschen darf; mehrere mit Leerzeichen dazwischen. Leer, wenn er keine für Personen aufruft.',
  },
  id_jag_issuers: {
    label: 'Organisationen, die ihn erlauben',
    phrase: 'erlaubende Organisationen',
    hint: 'Aussteller der Anmeldedienste von Organisationen, deren Zusicherungen (ID-JAG) er gegen Token eintauschen darf; mehrere mit Leerzeichen dazwischen. Leer, wenn nur Personen ihn erlauben.',
  },
  scope: { label: 'Darf höchstens bitten um', phrase: 'Berechtigungen' },
  optional_scope: { label: 'Darf man weglassen', phrase: 'freiwillige Berechtigungen' },
  default_scope: { label: 'Wenn er nichts nennt', phrase: 'Standardberechtigungen' },
  type: { label: 'Typ', phrase: 'Typ' },
  logo_hash: { label: 'Logo', phrase: 'Logo' },
};
