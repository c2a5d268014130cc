"""URLs and sites."""

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from flows.readers import urls
from flows.readers.urls import canonical_url, is_front_page, registered_domain, site_of_name


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("HTTPS://WWW.Courier.Example/A?utm_source=x&id=3#top", "https://www.courier.example/A?id=3"),
        ("http://courier.example:80", "http://courier.example/"),
        ("https://user:secret@courier.example/a", "https://courier.example/a"),
        ("https://courier.example/a?fbclid=1", "https://courier.example/a"),
        ("https://courier.example:8443/a", "https://courier.example:8443/a"),
        ("javascript:alert(1)", None),
        ("/relative", None),
        ("https://[bad", None),
        ("https://courier.example:99999/", None),
        ("", None),
    ],
)
def test_a_page_has_one_address(given: str, expected: str | None) -> None:
    assert canonical_url(given) == expected


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("news.swissinfo.ch", "swissinfo.ch"),
        ("courier.example", "courier.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
    ],
)
def test_a_host_is_reduced_to_its_registered_domain(host: str, domain: str) -> None:
    assert registered_domain(host) == domain


@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("www.courier.example", "courier.example"),
        ("https://www.courier.example/x", "courier.example"),
        ("The Courier", "the courier"),
    ],
)
def test_a_name_for_a_site_becomes_a_domain_where_it_is_one(name: str, site: str) -> None:
    assert site_of_name(name) == site


@drawn(st.from_regex(urls._CANONICAL, fullmatch=True))
def test_an_address_that_is_taken_as_it_is_would_be_put_together_the_same(address: str) -> None:
    assert urls._rebuilt(address) == address


@pytest.mark.parametrize(
    ("url", "front"),
    [
        ("https://courier.example/", True),
        ("http://courier.example:8080/", True),
        ("https://courier.example/a", False),
        ("https://courier.example/?p=71", False),
        ("https://courier.example/?p=", False),
    ],
)
def test_a_front_page_has_neither_path_nor_query(url: str, front: bool) -> None:
    assert is_front_page(url) is front
