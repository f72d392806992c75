"""The API is what its description says, whatever is asked, on both databases."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from bs4 import BeautifulSoup
from jsonschema import Draft202012Validator

from lantoa.runtime.owner_secret import SecretFile

HERE = Path(__file__).parent
SECONDS = 14  # of fuzzing, behind the cases that always run
WITHOUT_KAFKA = """# what is handed in needs Kafka, which is not there
[[operations]]
include-method = "POST"
include-path = "/api/v1/activities"
checks.not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "503"]
"""


def test_schemathesis_finds_nothing(client, settings, office, tmp_path):
    """Examples, limits, fuzzing and chains of requests, what is allowed and what is not; every check."""
    (tmp_path / "schemathesis.toml").write_text(WITHOUT_KAFKA)
    run = [
        Path(sys.executable).with_name("schemathesis"),
        "run",
        f"{client.base_url}/api/v1/openapi.json",
        f"--header=Authorization: Bearer {SecretFile.of(settings).current().value}",
        "--checks=all",
        "--max-examples=50",
        f"--max-time={SECONDS}",
        "--continue-on-failure",
        "--generation-database=none",
        "--request-timeout=20",
        "--no-color",
    ]
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "formats_of_the_api",
        "PYTHONPATH": f"{HERE}:{HERE.parent.parent}",
    }
    ran = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=250)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_description_is_whole(client):
    """Every address, every status, every shape that is named; nothing of it is free-form where its shape is known."""
    told = client.get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    operations = [op for path in told["paths"].values() for op in path.values()]
    assert len(operations) == 16
    assert len({op["operationId"] for op in operations}) == 16
    assert all(op["summary"] for op in operations)
    for schema in told["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
        assert schema["properties"] or schema["enum"]
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(told)))
    assert named <= told["components"]["schemas"].keys()


def test_it_is_made_once_however_many_ask_first():
    """In a process of its own: what FastAPI has once described it describes in any number of threads."""
    ask = "from concurrent.futures import ThreadPoolExecutor as Pool; import lantoa.web.app; from lantoa.web.api.description import description; print(len(set(map(id, Pool(6).map(lambda _: description(), range(6))))))"  # fmt: skip
    ran = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, timeout=60)
    assert ran.stdout == "1\n", ran.stderr


def test_the_page_says_the_same_and_asks_nobody_else(client):
    told = client.get("/api/v1/openapi.json").json()
    answered = client.get("/api/v1/docs")
    page = BeautifulSoup(answered.text, "lxml")
    assert [h.get_text() for h in page.select("section h2 code")] == [
        f"{method.upper()} {path}" for path, operations in told["paths"].items() for method in operations
    ]
    assert [h.get_text() for h in page.select("section h3")] == list(told["components"]["schemas"])
    for link in page.select("main a[href^='#']"):
        assert page.find(id=link["href"][1:]), link["href"]
    loaded = [each.get("src") or each.get("href") for each in page.select("script, link")]
    assert all(each.startswith("/") for each in loaded)
    assert not [script for script in page.select("script") if script.get_text()]
    client.cookies.set("language", "en")
    english = client.get("/api/v1/docs").text
    assert "Shapes" in english
    assert "Cấu trúc dữ liệu" in answered.text
