"""docker-compose.yml and the Dockerfile keep what docs/operations/containers.md says of them."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from pydantic_settings import BaseSettings

from deploy import migrate, secret_files
from ringback.runtime.settings import DatabaseSettings
from standalone.http import APPS
from standalone.processes import WORKERS

ROOT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if "build" in each}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def default(value: str) -> str:
    """Of `${NAME:-default}`, as compose fills it in where nothing is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def settings() -> set[str]:
    """Every variable that some process of ours reads."""
    modules = [f"services.{path.parent.name}.settings" for path in (ROOT / "services").glob("*/settings.py")]
    for module in modules:
        import_module(module)
    assert migrate.MigrateSettings in _below(BaseSettings)
    ours = [each for each in _below(BaseSettings) if each.model_config.get("env_prefix", "").startswith("RINGBACK_")]
    names = {f"{each.model_config['env_prefix']}{field}".upper() for each in ours for field in each.model_fields}
    databases = {each.name for each in migrate.owned()}
    return names | {f"RINGBACK_{name}_{field}".upper() for name in databases for field in DatabaseSettings.model_fields}


def _below(base: type[BaseSettings]) -> set[type[BaseSettings]]:
    return {base}.union(*(_below(each) for each in base.__subclasses__()))


def test_every_published_port_is_on_loopback_and_nginx_alone_publishes() -> None:
    published = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}
    assert list(published) == ["nginx"]
    assert all(default(port).startswith("127.0.0.1:") for port in published["nginx"])


def test_every_image_is_pinned() -> None:
    images = [default(each["image"]) for each in SERVICES.values()]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    unpinned = [image for image in images if not re.search(r":\d", image) or "latest" in image]
    assert not unpinned


def test_every_service_has_a_health_check() -> None:
    for name, each in SERVICES.items():
        check = each.get("healthcheck", {})
        assert check.get("test") or (name in OURS and "\nHEALTHCHECK " in DOCKERFILE), name
        # What runs once has an exit code instead.
        assert not check.get("disable") or each["restart"] == "no", name


def test_everything_else_comes_back_by_itself_and_keeps_its_log_small() -> None:
    for name, each in SERVICES.items():
        assert each["restart"] == "unless-stopped" or name == "migrate"
        assert each["logging"]["options"]["max-size"] and each["mem_limit"]


def test_ours_run_without_any_right_on_a_filesystem_that_they_cannot_write() -> None:
    assert "\nUSER 10001:10001\n" in DOCKERFILE
    for name, each in OURS.items():
        assert each["read_only"] and each["cap_drop"] == ["ALL"], name


def test_no_secret_is_in_an_environment() -> None:
    for name, each in SERVICES.items():
        for variable, value in each.get("environment", {}).items():
            tells = re.search(r"DSN|PASSWORD|SECRET|TOKEN|ACCESS_KEY", variable) and not variable.endswith("_FILE")
            assert not tells and "@" not in value.replace("1@localhost:9093", ""), (name, variable)


def test_secrets_are_made_read_and_declared_under_one_name() -> None:
    made, declared = set(secret_files.texts()), set(COMPOSE["secrets"])
    used = {secret for each in SERVICES.values() for secret in each.get("secrets", [])}
    assert made == declared == used
    assert {name.upper() for name in made} <= settings()


def test_no_worker_and_no_api_is_given_another_ones_secret() -> None:
    for name, each in OURS.items():
        if name != "migrate":
            service, _, role = name.partition("-")
            role = {"worker": "writer"}.get(role, role)
            assert set(each.get("secrets", [])) <= {f"ringback_{service}_{role}_dsn"}, name


def test_every_variable_is_one_that_is_read() -> None:
    known = settings()
    for name, each in OURS.items():
        assert set(each["environment"]) <= known, name
    variables = {name for line in re.findall(r"RINGBACK_\w+(?==)", DOCKERFILE) for name in [line]}
    assert variables - {"RINGBACK_SECRETS"} <= known
    template = (ROOT / "deploy/nginx.conf.template").read_text()
    given = {name for name in SERVICES["nginx"]["environment"] if name.startswith("RINGBACK_")}
    assert given == set(re.findall(r"\$\{(RINGBACK_\w+)\}", template))


def test_every_process_of_the_stack_has_a_container_of_its_own() -> None:
    processes = {(module, role) for module, role in WORKERS.values()}
    processes |= {(app.rpartition(".")[0], app.rpartition(".")[2]) for app in APPS}
    commands = {tuple(each["command"][2:]) for name, each in OURS.items() if name != "migrate"}
    assert commands == processes
    for each in OURS.values():
        if each["command"][2] != "deploy.migrate":
            assert each["command"][2] == f"services.{each['build']['args']['SERVICE']}"


def test_nginx_lets_the_largest_upload_in() -> None:
    body = int(default(SERVICES["nginx"]["environment"]["RINGBACK_BODY_LIMIT"]).removesuffix("m")) * 2**20
    assert body > int(default(SERVICES["ingest-api"]["environment"]["RINGBACK_UPLOAD_LIMIT"])) + 2**20


def test_the_lock_of_each_image_is_a_part_of_the_whole_lock() -> None:
    whole = pins("all")
    for service in {each["build"]["args"]["SERVICE"] for each in OURS.values()}:
        assert pins(service).items() <= whole.items(), f"requirements/{service}.txt is not of now: make lock"


def pins(name: str) -> dict[str, str]:
    """Each package with its version and sums; under which conditions it is needed differs from lock to lock."""
    text = (ROOT / f"requirements/{name}.txt").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if re.match(r"[a-z]", line)]
    return {line.partition("==")[0]: " ".join(re.sub(r";.*?(?=--hash)", "", line).split()) for line in lines}
