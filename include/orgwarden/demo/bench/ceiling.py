"""How many calls a second the demo organization answers at most: far above what any bench asks, or it would measure it.

The clients are bare HTTP connections that stay open, so what is measured is the server and not boto3.
"""

import http.client
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

SECONDS = 4.0
SCOPE = "Credential=ADMINISTRATOR/20261121/us-east-1/account/aws4_request"
HEADERS = {
    "Authorization": f"AWS4-HMAC-SHA256 {SCOPE}, SignedHeaders=host, Signature=0",
    "Content-Type": "application/json",
}


def calls_a_second(url: str, accounts: Sequence[str], *, threads: int, seconds: float = SECONDS) -> float:
    """Ask for alternate contacts with so many threads for some seconds; give the calls answered in one of them."""
    begun = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        answered = sum(pool.map(lambda number: _asked(url, accounts[number::threads], begun + seconds), range(threads)))
    return answered / (time.monotonic() - begun)


def _asked(url: str, accounts: Sequence[str], until: float) -> int:
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    answered = 0
    while time.monotonic() < until:
        told = {"AccountId": accounts[answered % len(accounts)], "AlternateContactType": "SECURITY"}
        connection.request("POST", "/getAlternateContact", json.dumps(told), HEADERS)
        connection.getresponse().read()
        answered += 1
    connection.close()
    return answered
