"""A small provider of identities for the tests: OpenID Connect with real keys, that misbehaves when told to.

provider.py FOLDER: listens on a free port of 127.0.0.1 and writes the port to FOLDER/port.
"""
import base64
import hashlib
import hmac
import http.server
import json
import os
import subprocess
import sys
import time
import urllib.parse

folder = sys.argv[1]
settings = {
    "alg": "RS256", "key": "one", "kid": True, "published": ["one", "curve"], "claims": {}, "issuer": None,
    "secret": None, "status": 200, "padding": 0, "proofs": None, "error": None,
}
codes, counts = {}, {}


def openssl(*words, data=None):
    return subprocess.run(
        ["openssl", *words], input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make_keys():
    for name in ["one", "two"]:
        openssl("genrsa", "-out", f"{folder}/{name}.pem", "2048")
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{folder}/curve.pem")


def public(name):
    path = f"{folder}/{name}.pem"
    if name == "curve":
        point = openssl("ec", "-in", path, "-pubout", "-outform", "DER")[-64:]
        return {"kty": "EC", "crv": "P-256", "kid": name, "x": encoded(point[:32]), "y": encoded(point[32:])}
    modulus = openssl("rsa", "-in", path, "-noout", "-modulus").decode().strip().split("=")[1]
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": name, "n": encoded(bytes.fromhex(modulus)), "e": "AQAB"}


def from_der(signature):
    """The two numbers of an ECDSA signature, 32 bytes each."""
    at, numbers = 2, []
    for _ in range(2):
        length = signature[at + 1]
        numbers.append(signature[at + 2:at + 2 + length].lstrip(b"\0").rjust(32, b"\0"))
        at += 2 + length
    return b"".join(numbers)


def token(nonce, client):
    now = int(time.time())
    claims = {
        "iss": address, "aud": client, "sub": "0017", "iat": now, "exp": now + 300, "nonce": nonce,
        "preferred_username": "ana", "groups": ["sre", "staff"],
    }
    claims.update(settings["claims"])
    claims = {name: value for name, value in claims.items() if value is not None}
    for name in ["iat", "exp", "nbf"]:
        if isinstance(claims.get(name), str):
            claims[name] = now + int(claims[name])
    header = {"alg": settings["alg"], "typ": "JWT"}
    if settings["kid"]:
        header["kid"] = settings["kid"] if isinstance(settings["kid"], str) else settings["key"]
    signed = encoded(json.dumps(header).encode()) + "." + encoded(json.dumps(claims).encode())
    path = f"{folder}/{settings['key']}.pem"
    if settings["alg"] == "none":
        signature = b""
    elif settings["alg"] == "HS256":
        # The public key as if it were a shared secret.
        signature = hmac.new(openssl("rsa", "-in", path, "-pubout"), signed.encode(), hashlib.sha256).digest()
    else:
        signature = openssl("dgst", "-sha256", "-sign", path, data=signed.encode())
        if settings["alg"] == "ES256" and settings["key"] == "curve":
            signature = from_der(signature)
    if settings["claims"].get("tampered"):
        claims["preferred_username"] = "boss"
        signed = signed.split(".")[0] + "." + encoded(json.dumps(claims).encode())
    return signed + "." + encoded(signature)


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, value, status=200):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        counts[url.path] = counts.get(url.path, 0) + 1
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/counts":
            self.answer(counts)
        elif settings["status"] != 200 and url.path != "/authorize":
            self.answer({"error": "down"}, settings["status"])
        elif url.path == "/.well-known/openid-configuration":
            document = {
                "issuer": settings["issuer"] or address, "authorization_endpoint": address + "/authorize",
                "token_endpoint": address + "/token", "jwks_uri": address + "/keys",
                "padding": "x" * settings["padding"],
            }
            if settings["proofs"]:
                document["token_endpoint_auth_methods_supported"] = settings["proofs"]
            document.update(settings.get("document", {}))
            self.answer(document)
        elif url.path == "/keys":
            self.answer({"keys": [public(name) for name in settings["published"]]})
        elif url.path == "/authorize":
            right = (
                query.get("response_type") == "code" and "openid" in query.get("scope", "").split()
                and query.get("code_challenge_method") == "S256" and len(query.get("code_challenge", "")) == 43
                and len(query.get("nonce", "")) > 20 and len(query.get("state", "")) > 20)
            if not right:
                return self.answer({"error": "invalid_request"}, 400)
            code = encoded(os.urandom(16))
            codes[code] = query
            back = {"state": query["state"], "code": code, "iss": address}
            if settings["error"]:
                back = {"state": query["state"], "error": settings["error"]}
            self.send_response(302)
            self.send_header("Location", query["redirect_uri"] + "?" + urllib.parse.urlencode(back))
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.answer({}, 404)

    def do_POST(self):
        counts[self.path] = counts.get(self.path, 0) + 1
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/control":
            settings.update(json.loads(body))
            return self.answer({})
        if self.path != "/token" or settings["status"] != 200:
            return self.answer({"error": "down"}, 500)
        form = dict(urllib.parse.parse_qsl(body))
        asked = codes.pop(form.get("code"), None)
        challenge = encoded(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (asked is None or form.get("grant_type") != "authorization_code" or challenge != asked["code_challenge"]
                or form.get("redirect_uri") != asked["redirect_uri"] or form.get("client_id") != asked["client_id"]):
            return self.answer({"error": "invalid_grant"}, 400)
        if settings["secret"]:
            pair = base64.b64encode(f"{asked['client_id']}:{settings['secret']}".encode()).decode()
            by_post = settings["proofs"] == ["client_secret_post"]
            proven = (
                form.get("client_secret") == settings["secret"] if by_post
                else self.headers.get("Authorization") == "Basic " + pair)
            if not proven:
                return self.answer({"error": "invalid_client"}, 401)
        self.answer({"access_token": "x", "token_type": "Bearer", "id_token": token(asked["nonce"], asked["client_id"])})


make_keys()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
address = f"http://127.0.0.1:{server.server_port}"
with open(f"{folder}/port.partial", "w") as file:
    file.write(str(server.server_port))
os.rename(f"{folder}/port.partial", f"{folder}/port")
server.serve_forever()
