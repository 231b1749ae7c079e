"""Whether the Ranker of this container is ready, as an exit code: for health checks, where there is no curl."""

import http.client
import os
import sys

port = int(os.environ.get("PORT", "5000"))
trusted = os.environ.get("RANKER_TRUSTED_HOSTS", "").replace(",", " ").split()
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
try:
    connection.request("GET", "/readyz", headers={"Host": trusted[0].lstrip(".") if trusted else "localhost"})
    answer = connection.getresponse()
    sys.stdout.write(answer.read(200).decode())
    sys.exit(answer.status != 200)
except OSError as error:
    sys.exit(str(error))
