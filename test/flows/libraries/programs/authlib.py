"""What an app does with Authlib. Prints the authorization URL, reads the address that the person came back to."""
import json
import os

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session

issuer = os.environ["ISSUER"]
token_endpoint = issuer + "/oauth/token"
app = OAuth2Session(
    os.environ["CLIENT_ID"],
    os.environ["CLIENT_SECRET"],
    scope=os.environ["SCOPE"],
    redirect_uri=os.environ["REDIRECT_URI"],
    code_challenge_method="S256",
)
verifier = generate_token(64)
url, state = app.create_authorization_url(issuer + "/oauth/authorize", code_verifier=verifier)
print(url, flush=True)
scope = app.fetch_token(token_endpoint, authorization_response=input(), state=state, code_verifier=verifier)["scope"]
sub = app.get(issuer + "/oauth/userinfo").json()["sub"]
refreshed = app.refresh_token(token_endpoint)
app.revoke_token(issuer + "/oauth/revoke", refreshed["refresh_token"]).raise_for_status()
service = OAuth2Session(os.environ["SERVICE_ID"], os.environ["SERVICE_SECRET"], scope="projects:read")
own = service.fetch_token(token_endpoint, grant_type="client_credentials")["scope"]
print(json.dumps({"scope": scope, "sub": sub, "refreshed": refreshed["scope"], "service": own}))
