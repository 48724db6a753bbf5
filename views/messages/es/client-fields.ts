import type { clientFields as english } from '../en/client-fields.ts';

export const clientFields: typeof english = {
  client_name: { label: 'Nombre', phrase: 'nombre' },
  'client_name#en': { label: 'Nombre en inglés', phrase: 'nombre en inglés' },
  'client_name#de': { label: 'Nombre en alemán', phrase: 'nombre en alemán' },
  'client_name#es': { label: 'Nombre en español', phrase: 'nombre en español' },
  'client_name#fr': { label: 'Nombre en francés', phrase: 'nombre en francés' },
  'client_name#ja': { label: 'Nombre en japonés', phrase: 'nombre en japonés' },
  description: {
    label: 'Para qué sirve',
    phrase: 'para qué sirve',
    hint: 'Una frase: qué hace con los proyectos de las personas. Se lee cuando la aplicación está verificada.',
  },
  owner_name: {
    label: 'Gestionada por',
    phrase: 'quién la gestiona',
    hint: 'Una empresa o una persona. Se lee debajo del nombre.',
  },
  owner_email: {
    label: 'Cuenta de su desarrollador',
    phrase: 'cuenta del propietario',
    hint: 'La dirección de alguien que puede iniciar sesión aquí.',
  },
  client_uri: {
    label: 'Página de inicio',
    phrase: 'página de inicio',
    hint: 'Una dirección https propia. Se ve su host.',
  },
  policy_uri: {
    label: 'Política de privacidad',
    phrase: 'política de privacidad',
    hint: 'La dirección de lo que hace con lo que las personas le dejan ver.',
  },
  tos_uri: { label: 'Condiciones de uso', phrase: 'condiciones de uso' },
  support_uri: {
    label: 'Ayuda para sus usuarios',
    phrase: 'ayuda para sus usuarios',
    hint: 'La dirección de una página con ayuda. Cuando la aplicación está verificada, la página de consentimiento lleva allí.',
  },
  contacts: {
    label: 'Contactos',
    phrase: 'contactos',
    hint: 'Direcciones de correo, una por línea. VibeCaaS escribe allí.',
  },
  first_party: { label: 'De VibeCaaS', phrase: 'pertenencia a VibeCaaS', hint: 'No se pregunta a nadie si puede.' },
  redirect_uris: {
    label: 'Direcciones de redirección',
    phrase: 'direcciones de redirección',
    hint: 'Una por línea, como máximo 20. https, o http en este equipo.',
  },
  post_logout_redirect_uris: {
    label: 'Direcciones tras cerrar sesión',
    phrase: 'direcciones tras cerrar sesión',
    hint: 'Una por línea.',
  },
  backchannel_logout_uri: {
    label: 'Dónde se entera de los cierres de sesión',
    phrase: 'dirección para los cierres de sesión',
    hint: 'https, en una dirección pública. Cuando termina aquí la sesión de una persona, su servidor recibe allí un token de cierre de sesión firmado.',
  },
  backchannel_logout_session_required: {
    label: 'Necesita el id de la sesión',
    phrase: 'necesidad del id de la sesión',
    hint: 'Los tokens de cierre de sesión y sus tokens de identidad llevan `sid` en todo caso. Márquelo si su registro dice que exige `sid`.',
  },
  allowed_origins: {
    label: 'Otros orígenes de sus scripts',
    phrase: 'otros orígenes de sus scripts',
    hint: 'Uno por línea, como `capacitor://localhost`. Los de las direcciones de redirección ya se permiten; solo los necesita un cliente sin secreto.',
  },
  token_endpoint_auth_method: {
    label: 'Cómo se autentica',
    phrase: 'autenticación',
    hint: 'Un secreto se muestra una vez, después de guardar.',
  },
  id_token_signed_response_alg: {
    label: 'Tokens de ID firmados con',
    phrase: 'algoritmo de los tokens de ID',
    hint: '`RS256` para bibliotecas que lo esperan si no se les dice otra cosa: openid-client 5, next-auth 4.',
  },
  grant_types: { label: 'Tipos de concesión', phrase: 'tipos de concesión' },
  jwks_uri: {
    label: 'Dónde están sus claves públicas',
    phrase: 'dirección de sus claves públicas',
    hint: 'Para `private_key_jwt`: esto, o las propias claves.',
  },
  jwks: { label: 'Sus claves públicas', phrase: 'claves públicas', hint: 'Un JSON Web Key Set.' },
  assertion_audience: {
    label: 'Audiencia de sus aserciones',
    phrase: 'audiencia de sus aserciones',
    hint: 'Para `private_key_jwt`. Spring Security y bibliotecas antiguas envían en `aud` la dirección del endpoint de tokens.',
  },
  profile: {
    label: 'Perfil de seguridad',
    phrase: 'perfil de seguridad',
    hint: '`fapi2` exige todo lo del FAPI 2.0 Security Profile: solicitudes por PAR, DPoP con nonce, `private_key_jwt`, https. El cambio vale de inmediato, también para las solicitudes en curso.',
  },
  workload_identities: {
    label: 'Cargas de trabajo en las que confía',
    phrase: 'cargas de trabajo en las que confía',
    hint: 'Para `workload_identity`: una lista JSON con `issuer`, `subject` y, si no es este servidor, `audience`.',
  },
  refresh_token_leeway: {
    label: 'Margen de los refresh tokens, en segundos',
    phrase: 'margen de los refresh tokens',
    hint: 'De 0 a 3600. Cuánto tiempo un refresh token ya canjeado recibe otra vez la misma respuesta. 0 es estricto: cada uno sirve una vez, y una respuesta perdida cierra la sesión de su usuario. Vacío vale el ajuste del servidor: 10, salvo que se haya cambiado.',
  },
  gateway_resource: {
    label: 'Pasarela de',
    phrase: 'ser una pasarela',
    hint: 'El recurso cuyos tokens puede consultar; varios, separados por espacios. Déjelo vacío si no es una pasarela.',
  },
  exchange_resource: {
    label: 'Intercambia tokens para',
    phrase: 'intercambio de tokens',
    hint: 'Los recursos para los que puede intercambiar un token que recibió como pasarela; varios, separados por espacios. Déjelo vacío si no llama a ninguno en nombre de personas.',
  },
  id_jag_issuers: {
    label: 'Organizaciones que la permiten',
    phrase: 'organizaciones que la permiten',
    hint: 'Emisores de los servicios de inicio de sesión de organizaciones cuyas aserciones (ID-JAG) puede canjear por tokens; varios, separados por espacios. Déjelo vacío si solo la permiten las personas.',
  },
  scope: { label: 'Puede pedir como máximo', phrase: 'permisos' },
  optional_scope: { label: 'Se puede omitir', phrase: 'permisos opcionales' },
  default_scope: { label: 'Cuando no nombra ninguno', phrase: 'permisos por defecto' },
  type: { label: 'Tipo', phrase: 'tipo' },
  logo_hash: { label: 'Logotipo', phrase: 'logotipo' },
};
