"""What others build on is served as it is committed, and Prometheus reads its figures."""

import pytest
from bs4 import BeautifulSoup
from prometheus_client.parser import text_string_to_metric_families

from scripts.documents import CONTRACTS


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_file_of_the_contract_is_served_as_it_is_committed(browser):
    page = BeautifulSoup(browser.get("/contracts").text, "lxml")
    names = [link.get_text() for link in page.select("main li a")]
    assert "asyncapi.yaml" in names
    assert len(names) > 5
    for name in names:
        answer = browser.get(f"/contracts/{name}")
        assert answer.text == (CONTRACTS / name).read_text("utf-8")
    assert browser.get("/contracts/..%2f..%2fpyproject.toml").status_code == 404


def test_prometheus_reads_the_figures(browser, write):
    write()
    answer = browser.get("/metrics")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert answer.headers["content-type"].startswith("text/plain")
    assert sum(sample.value for sample in families["lantoa_items"].samples) == 1
