"""An app as Authlib's documentation writes it for Flask: default session cookie, default everything. Prints its port."""
import os

from authlib.integrations.flask_client import OAuth
from flask import Flask, jsonify, url_for
from werkzeug.serving import make_server

app = Flask(__name__)
app.secret_key = "a secret of the app"
oauth = OAuth(app)
oauth.register(
    "vibecaas",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=os.environ["ISSUER"] + "/.well-known/openid-configuration",
    # The server requires PKCE; Authlib does it when told so.
    client_kwargs={"scope": "openid email", "code_challenge_method": "S256"},
)


@app.route("/login")
def login():
    return oauth.vibecaas.authorize_redirect(url_for("callback", _external=True))


@app.route("/callback")
def callback():
    token = oauth.vibecaas.authorize_access_token()
    return jsonify(claims=token["userinfo"], asked=oauth.vibecaas.userinfo(token=token))


server = make_server("127.0.0.1", 0, app)
print(server.server_port, flush=True)
server.serve_forever()
