from importlib.resources import files

import pytest

from orgwarden.aws.mail_providers import domain_within, provider_of


@pytest.mark.parametrize(
    ("domain", "kind"),
    [
        ("gmail.com", "public"),
        ("GMAIL.com.", "public"),
        ("mail.yahoo.com", "public"),
        ("hotmail.co.uk", "public"),
        ("live.no", "public"),
        ("outlook.de", "public"),
        ("mailinator.com", "disposable"),
        ("inbox.yopmail.com", "disposable"),
        ("corp.example", ""),
        ("notgmail.com", ""),
        ("com", ""),
    ],
)
def test_a_provider_is_known_with_its_subdomains_and_country_variants(domain, kind):
    assert provider_of(domain) == kind


@pytest.mark.parametrize("kind", ["public", "disposable"])
def test_the_lists_have_one_whole_lower_case_domain_a_line(kind):
    text = files("orgwarden.aws").joinpath(f"{kind}_mail_providers.txt").read_text(encoding="utf-8")
    domains = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(domains) == len(set(domains)) > 300
    assert all(domain == domain.strip().lower() and "." in domain and " " not in domain for domain in domains)


def test_no_domain_is_both_public_and_disposable():
    read = [
        files("orgwarden.aws").joinpath(f"{kind}_mail_providers.txt").read_text() for kind in ("public", "disposable")
    ]
    public, disposable = ({line for line in text.splitlines() if line and line[0] != "#"} for text in read)
    assert not public & disposable


def test_a_domain_is_within_itself_and_the_ones_above_it():
    assert domain_within("corp.example", ["corp.example"])
    assert domain_within("eu.Corp.Example", {"corp.example"})
    assert not domain_within("notcorp.example", ["corp.example"])
    assert not domain_within("example", ["corp.example"])
    assert not domain_within("corp.example", [])
