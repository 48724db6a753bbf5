"""What an app does with requests-oauthlib. Prints the authorization URL, reads the address that the person came back to."""
import base64
import hashlib
import json
import os
import secrets

from oauthlib.oauth2 import BackendApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

issuer = os.environ["ISSUER"]
token_endpoint = issuer + "/oauth/token"
secret = os.environ["CLIENT_SECRET"]
app = OAuth2Session(os.environ["CLIENT_ID"], scope=os.environ["SCOPE"], redirect_uri=os.environ["REDIRECT_URI"])
# PKCE by hand: versions before 2 have none.
verifier = secrets.token_urlsafe(48)
challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
url, _ = app.authorization_url(issuer + "/oauth/authorize", code_challenge=challenge, code_challenge_method="S256")
print(url, flush=True)
tokens = app.fetch_token(
    token_endpoint, authorization_response=input(), client_secret=secret, code_verifier=verifier
)
sub = app.get(issuer + "/oauth/userinfo").json()["sub"]
basic = HTTPBasicAuth(app.client_id, secret)
refreshed = app.refresh_token(token_endpoint, auth=basic)
revocation = {"token": refreshed["refresh_token"]}
app.post(issuer + "/oauth/revoke", data=revocation, auth=basic, withhold_token=True).raise_for_status()
service = OAuth2Session(client=BackendApplicationClient(os.environ["SERVICE_ID"], scope="projects:read"))
own = service.fetch_token(token_endpoint, client_secret=os.environ["SERVICE_SECRET"])
texts = {"scope": tokens["scope"], "refreshed": refreshed["scope"], "service": own["scope"]}
print(json.dumps({"sub": sub, **{name: " ".join(scopes) for name, scopes in texts.items()}}))
