# What an app does with the gem oauth2. Prints the authorization URL, reads the address that the person came back to.
require 'digest'
require 'json'
require 'oauth2'
require 'securerandom'
require 'uri'

issuer, id, secret, redirect_uri = ENV.values_at('ISSUER', 'CLIENT_ID', 'CLIENT_SECRET', 'REDIRECT_URI')
endpoints = { site: issuer, authorize_url: '/oauth/authorize', token_url: '/oauth/token', auth_scheme: :basic_auth }
app = OAuth2::Client.new(id, secret, **endpoints)
verifier = SecureRandom.urlsafe_base64(48)
challenge = Digest::SHA256.base64digest(verifier).tr('+/', '-_').delete('=')
puts app.auth_code.authorize_url(redirect_uri: redirect_uri, scope: ENV['SCOPE'], state: SecureRandom.urlsafe_base64,
                                 code_challenge: challenge, code_challenge_method: 'S256')
$stdout.flush
code = URI.decode_www_form(URI($stdin.gets.chomp).query).to_h['code']
tokens = app.auth_code.get_token(code, redirect_uri: redirect_uri, code_verifier: verifier)
sub = JSON.parse(tokens.get("#{issuer}/oauth/userinfo").body)['sub']
refreshed = tokens.refresh!
app.request(:post, "#{issuer}/oauth/revoke",
            body: { client_id: id, client_secret: secret, token: refreshed.refresh_token })
service = OAuth2::Client.new(ENV['SERVICE_ID'], ENV['SERVICE_SECRET'], **endpoints)
own = service.client_credentials.get_token(scope: 'projects:read')
puts JSON.generate(scope: tokens.params['scope'], sub: sub, refreshed: refreshed.params['scope'],
                   service: own.params['scope'])
