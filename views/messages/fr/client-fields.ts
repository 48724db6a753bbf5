import type { clientFields as english } from '../en/client-fields.ts';

export const clientFields: typeof english = {
  client_name: { label: 'Nom', phrase: 'nom' },
  'client_name#en': { label: 'Nom en anglais', phrase: 'nom en anglais' },
  'client_name#de': { label: 'Nom en allemand', phrase: 'nom en allemand' },
  'client_name#es': { label: 'Nom en espagnol', phrase: 'nom en espagnol' },
  'client_name#fr': { label: 'Nom en français', phrase: 'nom en français' },
  'client_name#ja': { label: 'Nom en japonais', phrase: 'nom en japonais' },
  description: {
    label: 'À quoi elle sert',
    phrase: 'à quoi elle sert',
    hint: 'Une phrase : ce qu’elle fait avec les projets des personnes. Elle s’affiche une fois l’application vérifiée.',
  },
  owner_name: {
    label: 'Exploitée par',
    phrase: 'exploitant',
    hint: 'Une entreprise ou une personne. Affiché sous le nom.',
  },
  owner_email: {
    label: 'Compte de son développeur',
    phrase: 'compte du propriétaire',
    hint: 'L’adresse d’une personne qui peut se connecter ici.',
  },
  client_uri: {
    label: 'Page d’accueil',
    phrase: 'page d’accueil',
    hint: 'Une adresse https qui lui est propre. Son hôte est affiché.',
  },
  policy_uri: {
    label: 'Politique de confidentialité',
    phrase: 'politique de confidentialité',
    hint: 'L’adresse de ce qu’elle fait des données que les personnes lui montrent.',
  },
  tos_uri: { label: 'Conditions d’utilisation', phrase: 'conditions d’utilisation' },
  support_uri: {
    label: 'Aide pour ses utilisateurs',
    phrase: 'aide pour ses utilisateurs',
    hint: 'L’adresse d’une page d’aide. Une fois l’application vérifiée, la page de consentement y mène.',
  },
  contacts: { label: 'Contacts', phrase: 'contacts', hint: 'Adresses e-mail, une par ligne. VibeCaaS y écrit.' },
  first_party: {
    label: 'De VibeCaaS',
    phrase: 'appartenance à VibeCaaS',
    hint: 'On ne demande à personne s’il le peut.',
  },
  redirect_uris: {
    label: 'Adresses de redirection',
    phrase: 'adresses de redirection',
    hint: 'Une par ligne, 20 au plus. https, ou http sur cet ordinateur.',
  },
  post_logout_redirect_uris: {
    label: 'Adresses après déconnexion',
    phrase: 'adresses après déconnexion',
    hint: 'Une par ligne.',
  },
  backchannel_logout_uri: {
    label: 'Où il apprend les déconnexions',
    phrase: 'adresse pour les déconnexions',
    hint: 'https, à une adresse publique. Quand la session d’une personne se termine ici, son serveur y reçoit un jeton de déconnexion signé.',
  },
  backchannel_logout_session_required: {
    label: 'Il lui faut l’id de la session',
    phrase: 'besoin de l’id de la session',
    hint: 'Les jetons de déconnexion et ses jetons d’identité contiennent `sid` dans tous les cas. À cocher si son enregistrement dit qu’il exige `sid`.',
  },
  allowed_origins: {
    label: 'Autres origines de ses scripts',
    phrase: 'autres origines de ses scripts',
    hint: 'Une par ligne, par exemple `capacitor://localhost`. Celles des adresses de redirection sont déjà permises ; seul un client sans secret en a besoin.',
  },
  token_endpoint_auth_method: {
    label: 'Comment il s’authentifie',
    phrase: 'authentification',
    hint: 'Un secret s’affiche une fois, après l’enregistrement.',
  },
  id_token_signed_response_alg: {
    label: 'Jetons d’identité signés par',
    phrase: 'algorithme des jetons d’identité',
    hint: '`RS256` pour les bibliothèques qui l’attendent sauf indication contraire : openid-client 5, next-auth 4.',
  },
  grant_types: { label: 'Types d’autorisation', phrase: 'types d’autorisation' },
  jwks_uri: {
    label: 'Où sont ses clés publiques',
    phrase: 'adresse de ses clés publiques',
    hint: 'Pour `private_key_jwt` : ceci, ou les clés elles-mêmes.',
  },
  jwks: { label: 'Ses clés publiques', phrase: 'clés publiques', hint: 'Un JSON Web Key Set.' },
  assertion_audience: {
    label: 'Audience de ses assertions',
    phrase: 'audience de ses assertions',
    hint: 'Pour `private_key_jwt`. Spring Security et d’anciennes bibliothèques envoient dans `aud` l’adresse du point d’accès des jetons.',
  },
  profile: {
    label: 'Profil de sécurité',
    phrase: 'profil de sécurité',
    hint: '`fapi2` exige tout le FAPI 2.0 Security Profile : demandes par PAR, DPoP avec nonce, `private_key_jwt`, https. Le changement vaut aussitôt, aussi pour les demandes en cours.',
  },
  workload_identities: {
    label: 'Charges de travail de confiance',
    phrase: 'charges de travail de confiance',
    hint: 'Pour `workload_identity` : une liste JSON avec `issuer`, `subject` et, si ce n’est pas ce serveur, `audience`.',
  },
  refresh_token_leeway: {
    label: 'Tolérance des jetons d’actualisation, en secondes',
    phrase: 'tolérance des jetons d’actualisation',
    hint: '0 à 3600. Durée pendant laquelle un jeton d’actualisation déjà échangé reçoit la même réponse. 0 est strict : chacun sert une fois, et une réponse perdue déconnecte l’utilisateur. Vide, le réglage du serveur s’applique : 10, sauf modification.',
  },
  gateway_resource: {
    label: 'Passerelle de',
    phrase: 'rôle de passerelle',
    hint: 'La ressource dont il peut examiner les jetons ; plusieurs, séparées par des espaces. Vide s’il n’est pas une passerelle.',
  },
  exchange_resource: {
    label: 'Échange des jetons pour',
    phrase: 'échange de jetons',
    hint: 'Les ressources pour lesquelles il peut échanger un jeton reçu en tant que passerelle ; plusieurs, séparées par des espaces. Vide s’il n’en appelle aucune pour des personnes.',
  },
  id_jag_issuers: {
    label: 'Organisations qui l’autorisent',
    phrase: 'organisations qui l’autorisent',
    hint: 'Émetteurs des services de connexion d’organisations dont il peut échanger les assertions (ID-JAG) contre des jetons ; plusieurs, séparés par des espaces. Vide si seules des personnes l’autorisent.',
  },
  scope: { label: 'Peut demander au plus', phrase: 'autorisations' },
  optional_scope: { label: 'Peut être omis', phrase: 'autorisations facultatives' },
  default_scope: { label: 'Quand il n’en nomme aucune', phrase: 'autorisations par défaut' },
  type: { label: 'Type', phrase: 'type' },
  logo_hash: { label: 'Logo', phrase: 'logo' },
};
