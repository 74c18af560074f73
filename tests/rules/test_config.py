"""Reading the environment: what may be left out, what is put in order, and what is refused by name."""

from __future__ import annotations

import secrets
from dataclasses import FrozenInstanceError
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from app.config import DEVELOPMENT_SECRET, ROOT, SECRET_MIN, BadConfig, Config, Environment, read_config
from app.core.persons import Level

PRODUCTION = {
    "MINYI_DATA": "/var/lib/minyi",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "IDENTITY_KEY": secrets.token_urlsafe(48),
    "BASE_URL": "https://minyi.example",
    "MAIL_URL": "smtp://minyi:hunter2-hunter2@mail.example:587?tls=starttls",
}
DEVELOPMENT = {"MINYI_ENV": "development", "MINYI_DATA": "/tmp/minyi"}


def production(**changes: str) -> Config:
    """A production environment with some values changed."""
    return read_config(PRODUCTION | changes)


def refusal(env: dict[str, str]) -> str:
    """What an environment is refused with."""
    with pytest.raises(BadConfig) as refused:
        read_config(env)
    return str(refused.value.code)


# ---- the whole -------------------------------------------------------------------------------------------------------


def test_an_instance_in_production_needs_five_values_and_has_a_typed_configuration() -> None:
    assert production() == Config(
        environment=Environment.PRODUCTION,
        data=Path("/var/lib/minyi"),
        database_url="sqlite:////var/lib/minyi/minyi.db",
        redis_url=None,
        secret_key=PRODUCTION["SECRET_KEY"],
        identity_key=PRODUCTION["IDENTITY_KEY"],
        second_factor="required",
        identity_providers=(),
        sms_url="",
        mail_url=PRODUCTION["MAIL_URL"],
        mail_from="minyi@minyi.example",
        base_url="https://minyi.example",
        proxies=0,
        limits=True,
    )
    assert production().files == Path("/var/lib/minyi/files")


def test_without_any_value_it_is_production_and_refuses_to_start() -> None:
    assert read_config(PRODUCTION).is_production
    assert refusal({}).startswith("BASE_URL: must be set")


def test_the_configuration_cannot_be_changed_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        production().limits = False  # type: ignore[misc]


def test_development_needs_nothing() -> None:
    config = read_config({"MINYI_ENV": "development"})
    assert config.data == ROOT / "var"
    assert config.secret_key == DEVELOPMENT_SECRET
    assert config.second_factor == "offered"
    assert config.base_url == "http://localhost:8000"
    assert config.mail_url == (ROOT / "var" / "mail").as_uri()
    assert config.mail_from == "minyi@localhost"
    assert not config.is_production


@pytest.mark.parametrize("name", ["MINYI_ENV", "DATABASE_URL", "REDIS_URL", "MAIL_FROM", "PORT", "PROXIES", "LIMITS"])
def test_an_empty_value_is_as_good_as_none(name: str) -> None:
    assert production(**{name: ""}) == production()


@pytest.mark.parametrize("name", ["SECRET_KEY", "IDENTITY_KEY", "BASE_URL", "MAIL_URL"])
def test_production_needs_a_value_and_says_which(name: str) -> None:
    assert refusal({key: value for key, value in PRODUCTION.items() if key != name}).startswith(f"{name}: must be set")
    assert refusal(PRODUCTION | {name: ""}).startswith(f"{name}: must be set")


def test_a_refusal_names_the_document_and_ends_the_program_with_status_1() -> None:
    refused = BadConfig("PORT", "is odd")
    assert isinstance(refused, SystemExit)
    assert refused.code == "PORT: is odd (see docs/configuration.md)"  # a text as code means status 1


# ---- one by one ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["prod", "Production", "testing", " production"])
def test_an_unknown_environment_is_refused(value: str) -> None:
    assert refusal(PRODUCTION | {"MINYI_ENV": value}) == (
        f"MINYI_ENV: {value!r} is none of production, development, test (see docs/configuration.md)"
    )


def test_a_secret_is_long_enough_from_32_characters_on() -> None:
    secret = "fUq8Zk2vXw9Lr4Tn7Hs1Jd6Gb3Yc5Me0"
    assert len(secret) == SECRET_MIN
    assert production(SECRET_KEY=secret).secret_key == secret


def test_the_secret_of_development_is_refused_in_production() -> None:
    assert refusal(PRODUCTION | {"SECRET_KEY": DEVELOPMENT_SECRET}).startswith("SECRET_KEY: is guessable")


@pytest.mark.parametrize(
    "secret",
    [
        "short",
        "x" * 64,
        "abc" * 20,
        "change-me-" * 5,
        "0123456789" * 4,
        "fUq8Zk2vXw9Lr4Tn7Hs1Jd6Gb3Yc5Me",
    ],
)
def test_a_guessable_secret_is_refused_and_never_repeated(secret: str) -> None:
    said = refusal(PRODUCTION | {"SECRET_KEY": secret})
    assert said.startswith("SECRET_KEY: is guessable")
    assert secret not in said


@given(st.binary(min_size=32, max_size=64).filter(lambda octets: len(set(octets.hex())) >= 10))
def test_what_a_machine_rolls_is_taken_as_it_is(octets: bytes) -> None:
    secret = octets.hex()
    if secret in (secret + secret)[1:-1]:
        return
    assert production(SECRET_KEY=secret).secret_key == secret


@pytest.mark.parametrize("value", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000"])
def test_plain_http_is_for_this_machine_only(value: str) -> None:
    assert production(BASE_URL=value).base_url == value
    assert "must begin with https://" in refusal(PRODUCTION | {"BASE_URL": "http://minyi.example"})
    assert read_config(DEVELOPMENT | {"BASE_URL": "http://minyi.example"}).base_url == "http://minyi.example"


@pytest.mark.parametrize(
    ("value", "base_url"),
    [
        ("https://minyi.example/", "https://minyi.example"),
        ("HTTPS://minyi.example", "https://minyi.example"),
        ("https://minyi.example:8443", "https://minyi.example:8443"),
    ],
)
def test_an_address_of_the_site_is_put_in_order(value: str, base_url: str) -> None:
    assert production(BASE_URL=value).base_url == base_url


@pytest.mark.parametrize(
    "value",
    [
        "minyi.example",
        "https:minyi.example",
        "https://",
        "https:///path",
        "ftp://minyi.example",
        "https://minyi.example/minyi",
        "https://minyi.example/?a=b",
        "https://somebody@minyi.example",
        "https://minyi.example:port",
        "https://minyi.example:0",
        "https://minyi.example:99999",
        "https://[minyi",
        "https://minyi example",
        "https://minyi.example\nBcc:",
    ],
)
def test_an_address_of_the_site_that_is_none_is_refused(value: str) -> None:
    assert refusal(PRODUCTION | {"BASE_URL": value}).startswith("BASE_URL: must be a")


def test_the_port_is_part_of_the_address_in_development() -> None:
    assert read_config(DEVELOPMENT | {"PORT": "8123"}).base_url == "http://localhost:8123"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("PORT", "9" * 5000),
        ("PROXIES", "6"),
        ("PROXIES", "-1"),
        ("PROXIES", "1.0"),
        ("PROXIES", "٣"),
        ("PROXIES", "yes"),
    ],
)
def test_a_number_out_of_bounds_is_refused(name: str, value: str) -> None:
    assert refusal(PRODUCTION | {name: value}).startswith(f"{name}: ")
    assert "must be a whole number from" in refusal(PRODUCTION | {name: value})


@pytest.mark.parametrize("hops", range(6))
def test_up_to_five_proxies_are_believed(hops: int) -> None:
    assert production(PROXIES=str(hops)).proxies == hops


@pytest.mark.parametrize(("value", "limits"), [("on", True), ("off", False)])
def test_limits_are_on_or_off(value: str, limits: bool) -> None:
    assert production(LIMITS=value).limits is limits
    assert refusal(PRODUCTION | {"LIMITS": value.upper()}).startswith("LIMITS: ")


# ---- the database ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_the_driver_we_have(scheme: str) -> None:
    rest = "minyi:p%40ss@db.example:5432/minyi?sslmode=require"
    assert production(DATABASE_URL=f"{scheme}://{rest}").database_url == f"postgresql+psycopg://{rest}"


def test_postgresql_may_be_reached_through_its_socket() -> None:
    assert production(DATABASE_URL="postgresql:///minyi").database_url == "postgresql+psycopg:///minyi"


@pytest.mark.parametrize(
    "value",
    [
        "minyi.db",
        "mysql://localhost/minyi",
        "postgresql+psycopg2://localhost/minyi",
        "postgresql:/localhost/minyi",
        "postgresql://localhost",
        "postgresql://localhost:port/minyi",
        "postgresql://",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file::memory:?cache=shared",
        "sqlite://var/minyi.db",
    ],
)
def test_a_database_that_cannot_serve_is_refused(value: str) -> None:
    assert refusal(PRODUCTION | {"DATABASE_URL": value}).startswith("DATABASE_URL: ")


def test_a_relative_path_means_the_same_file_to_every_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert production(DATABASE_URL="sqlite:///city.db").database_url == f"sqlite:///{tmp_path}/city.db"
    assert production(MINYI_DATA="city").data == tmp_path / "city"


@pytest.mark.parametrize("folder", ["/srv/民議", "/srv/with space", "/srv/100%25", "/srv/what?", "/srv/a#b"])
def test_the_folder_of_the_data_may_have_any_name(folder: str) -> None:
    config = read_config({"MINYI_ENV": "development", "MINYI_DATA": folder})
    assert make_url(config.database_url).database == f"{folder}/minyi.db"
    assert unquote(urlsplit(config.mail_url).path) == f"{folder}/mail"


# ---- addresses of other servers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", ["redis://localhost:6379/0", "rediss://:pass@cache.example:6380/1", "unix:///run/redis/redis.sock?db=1"]
)
def test_redis_may_be_reached_in_three_ways(value: str) -> None:
    assert production(REDIS_URL=value).redis_url == value


@pytest.mark.parametrize("value", ["smtp://localhost", "smtps://user:pass@mail.example", "file:///var/mail/minyi"])
def test_mail_may_leave_in_three_ways(value: str) -> None:
    assert production(MAIL_URL=value).mail_url == value


@pytest.mark.parametrize("name", ["REDIS_URL", "MAIL_URL"])
@pytest.mark.parametrize(
    "value",
    ["localhost:6379", "http://server.example", "smtp:/x", "redis://", "smtp://:25", "file://var/mail", "smtp://h:x"],
)
def test_an_address_of_a_server_that_is_none_is_refused(name: str, value: str) -> None:
    assert refusal(PRODUCTION | {name: value}).startswith(f"{name}: must be an address beginning with")


@pytest.mark.parametrize("name", ["MAIL_URL", "REDIS_URL", "DATABASE_URL", "BASE_URL"])
def test_a_refusal_does_not_write_a_password_into_the_journal(name: str) -> None:
    said = refusal(PRODUCTION | {name: "smpt://minyi:hunter2-hunter2@mail.example:587"})
    assert said.startswith(name)
    assert "hunter2" not in said


def test_the_sender_is_an_address_of_the_site_unless_another_is_named() -> None:
    assert production(MAIL_FROM="民議 <minyi@city.example>").mail_from == "民議 <minyi@city.example>"
    assert production(BASE_URL="https://minyi.example:8443").mail_from == "minyi@minyi.example"


def test_a_folder_made_by_make_run_is_a_developers_unless_told_otherwise(tmp_path: Path) -> None:
    (tmp_path / "development").touch()
    assert read_config({"MINYI_DATA": str(tmp_path)}).environment is Environment.DEVELOPMENT
    with pytest.raises(BadConfig, match="in production"):
        read_config({"MINYI_DATA": str(tmp_path), "MINYI_ENV": "production"})


def test_any_other_folder_is_production(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="in production"):
        read_config({"MINYI_DATA": str(tmp_path)})


# ---- the second factor -----------------------------------------------------------------------------------------------


def test_nobody_in_production_can_leave_officers_without_a_second_factor() -> None:
    assert production(SECOND_FACTOR="required").second_factor == "required"
    assert refusal(PRODUCTION | {"SECOND_FACTOR": "offered"}).startswith("SECOND_FACTOR: cannot be left to officers")
    assert read_config(DEVELOPMENT | {"SECOND_FACTOR": "required"}).second_factor == "required"
    assert refusal(DEVELOPMENT | {"SECOND_FACTOR": "off"}).startswith(
        "SECOND_FACTOR: 'off' must be required or offered"
    )


# ---- identity providers and text messages ----------------------------------------------------------------------------

CITY = """
[citycard]
name = { zh-Hant-TW = "市民卡", en = "City Card" }
issuer = "https://id.city.example"
client_id = "minyi"
client_secret = "hunter2-hunter2"
levels = { "urn:chip" = "high" }
"""


def test_providers_come_from_a_file_and_their_secrets_are_told_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "providers.toml"
    file.write_text(CITY, encoding="utf-8")
    (city,) = production(IDENTITY_PROVIDERS=str(file)).identity_providers
    assert city.level_of({"acr": "urn:chip"}) is Level.HIGH
    assert city.level_of({"acr": ["urn:chip"]}) is city.level_of({}) is Level.EMAIL
    assert "hunter2" not in repr(city)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[citycard]", "[City]", "small letters"),
        ("client_id", "clientid", "unknown keys: clientid"),
        ('client_secret = "hunter2-hunter2"', "", "client_secret is missing"),
        ("https://id", "http://id", "must begin with https://"),
        ('"high"', '"highest"', "is no level"),
        ('en = "City Card"', 'de = "Karte"', "name must hold"),
        ("[citycard]", "[citycard", "cannot be read"),
    ],
)
def test_a_file_of_providers_with_a_mistake_is_refused_by_its_place(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    file = tmp_path / "providers.toml"
    file.write_text(CITY.replace(old, new), encoding="utf-8")
    words = refusal(PRODUCTION | {"IDENTITY_PROVIDERS": str(file)})
    assert words.startswith("IDENTITY_PROVIDERS: ")
    assert said in words
    assert "hunter2" not in words


def test_a_file_of_providers_that_is_not_there_is_refused() -> None:
    assert "cannot be read" in refusal(PRODUCTION | {"IDENTITY_PROVIDERS": "/nowhere/providers.toml"})


def test_texts_leave_by_a_gateway_or_not_at_all() -> None:
    assert production().sms_url == ""
    assert production(SMS_URL="https://:token@gateway.example/send").sms_url.endswith("/send")
    assert read_config(DEVELOPMENT).sms_url == "file:///tmp/minyi/texts.log"
    for url in ("http://gateway.example/send", "ftp://gateway.example", "https://"):
        words = refusal(PRODUCTION | {"SMS_URL": url})
        assert words.startswith("SMS_URL: ")
