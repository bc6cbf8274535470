"""Attacks a server of this machine with requests made up from its own OpenAPI description.

`attack.py BINARY FOLDER SECONDS`: starts the binary on an empty data folder, signs up as its owner,
makes a token that may do everything, and lets Schemathesis loose on every route. Whatever answers
with a failure of the server, with a status, type or body that the description does not name, or
with more than it says, is a finding; so is a server that is gone afterwards.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import requests

# What a made-up answer is held against. What is accepted that need not be is no finding: unknown
# parameters are passed over.
CHECKS = ",".join(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    ]
)
# A stream has no end, a backup is as large as the data, and who revokes the token of the attack
# ends it.
LEFT_OUT = ["get_events", "make_backup", "revoke_token"]


def start(binary, data):
    """Starts a server; it, its address and the owner's link."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("YINGDA_")}
    call = [binary, "serve", "--data", data, "--listen", "127.0.0.1:0", "--lang", "en"]
    server = subprocess.Popen(
        call + ["--log-level", "error"], stdout=subprocess.PIPE, text=True, env=environment
    )
    url = None
    for line in server.stdout:
        url = url or re.search(r"http://[0-9.:]+", line)
        link = re.search(r"/sign-up#(\S+)", line)
        if link:
            return server, url.group(), link.group(1)
    raise SystemExit("the server did not start")


def token(url, link):
    """Signs up by the link, and makes a token that may do everything."""
    session = requests.Session()
    session.headers["Origin"] = url
    password = "correct horse battery staple"
    person = {"secret": link, "login": "owner", "name": "owner", "password": password}
    session.post(f"{url}/v1/sign-up", json=person, timeout=30).raise_for_status()
    grants = ["feed", "read", "texts", "settings", "manage"]
    wanted = {"name": "attack", "grants": grants, "reach": "everything"}
    made = session.post(f"{url}/v1/tokens", json=wanted, timeout=30)
    made.raise_for_status()
    return made.json()["token"]


def description(url, folder):
    """The description without what is left out, as a file."""
    full = requests.get(f"{url}/v1/openapi.json", timeout=30).json()
    known = set()
    for item in full["paths"].values():
        for method in [m for m, o in item.items() if isinstance(o, dict)]:
            name = item[method].get("operationId")
            known.add(name)
            if name in LEFT_OUT:
                del item[method]
    missing = [name for name in LEFT_OUT if name not in known]
    if missing:
        raise SystemExit(f"no operation is called {missing}: mend LEFT_OUT")
    path = Path(folder) / "openapi.json"
    path.write_text(json.dumps(full))
    return str(path)


def main(binary, folder, seconds):
    # What attacks runs in the folder.
    folder = Path(folder).resolve()
    data = str(folder / "data")
    shutil.rmtree(data, ignore_errors=True)
    server, url, link = start(binary, data)
    try:
        schemathesis = str(Path(sys.executable).parent / "st")
        call = [schemathesis, "--no-color", "run", description(url, folder), "--url", url]
        call += ["--header", f"Authorization: Bearer {token(url, link)}", "--checks", CHECKS]
        call += ["--phases", "examples,coverage,fuzzing", "--max-examples", "30"]
        # More than one at a time makes Python 3.11 itself fail.
        call += ["--max-time", seconds, "--seed", "1", "--no-shrink", "--workers", "1"]
        call += ["--continue-on-failure", "--warnings", "off", "--request-timeout", "20"]
        call += ["--generation-database", "none", "--output-sanitize", "true"]
        found = subprocess.run(call, cwd=folder, check=False).returncode
        if server.poll() is not None:
            print(f"the server is gone: {server.returncode}")
            return 1
        requests.get(f"{url}/healthz", timeout=10).raise_for_status()
        return found
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
