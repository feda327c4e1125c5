"""The search for leaks is itself tried: each way in which a secret may stand is planted, and has to be found."""

import base64
import sqlite3
import zlib
from contextlib import closing

import pytest

from tests.e2e.leaks import of_seed, texts

SEED = {"people": [{"FullName": "Thorvald Quillfeather"}], "numbers": {"x": {"number": "+47 938 51 274"}}}
SECRETS = of_seed(SEED)


@pytest.mark.parametrize(
    "leak",
    [
        "+47 938 51 274",
        "+4793851274",
        "004793851274",
        "4793851274",
        "93851274",
        "938 51 274",
        "93 85 12 74",
        "+47-93851274",
        "(938) 51-274",
        "%2B4793851274",
        "%2B47%20938%2051%20274",
        "%2B47+938+51+274",
        "Thorvald Quillfeather",
        "QUILLFEATHER, t.",
        "thorvald",
        "Thorvald%20Quillfeather",
        *(base64.b64encode(f"{'x' * n}+47 938 51 274 and more".encode()).decode() for n in range(3)),
        *(base64.b64encode(f"{'x' * n}Thorvald Quillfeather and more".encode()).decode() for n in range(3)),
    ],
)
def test_a_secret_is_found_however_it_is_spelled(leak):
    assert SECRETS.found(f'{{"k": "{leak}"}}')


@pytest.mark.parametrize("innocent", ["+47 ••• ••74", "1938512745", "93851274000000000", "2026-11-22T09:38:51.274"])
def test_what_is_no_secret_is_left_alone(innocent):
    assert SECRETS.found(innocent) == set()


def found_in(folder):
    return {name.rsplit("/", 1)[-1] for name, text in texts(folder) if SECRETS.found(text)}


def test_a_secret_is_found_in_a_database_even_compressed(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.db")) as database, database:
        database.execute("CREATE TABLE plain (x TEXT)")
        database.execute("INSERT INTO plain VALUES ('thorvald')")
        database.execute("CREATE TABLE packed (x BLOB)")
        database.execute("INSERT INTO packed VALUES (?)", (zlib.compress(b"call 938 51 274 at once"),))
    assert {"a.db:plain", "a.db:packed"} <= found_in(tmp_path)


def test_a_secret_is_found_in_parquet(tmp_path):
    import duckdb

    sql = "COPY (SELECT 'Quillfeather' AS x FROM range(5000)) TO $file (COMPRESSION zstd)"
    duckdb.execute(sql.replace("$file", f"'{tmp_path / 'v.parquet'}'"))
    assert found_in(tmp_path) == {"v.parquet"}
