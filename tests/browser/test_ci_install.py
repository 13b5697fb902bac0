"""Why: what CI puts on a clean machine is tried here on made-up machines, for a script that fails there fails every build."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.browser.tools import program

INSTALL = Path(__file__).parents[2] / ".ci" / "install"
ALL = ("chromium", "soffice", "pdftotext", "pdftoppm")
UTILITIES = ("bash", "env", "tr", "ls", "tail", "mktemp", "rm", "cp", "true")


@dataclass
class Machine:
    """A machine with some programs, whose apt-get writes down what it is asked and may fail or install."""

    folder: Path
    has: tuple[str, ...] = ()
    fonts: bool = True
    user: int = 0
    apt: str | None = "exit 0"
    sudo: str | None = None
    asked: list[str] = field(default_factory=list)

    def install(self) -> subprocess.CompletedProcess[str]:
        programs, fonts = self.folder / "bin", self.folder / "fonts"
        programs.mkdir()
        (fonts / "truetype").mkdir(parents=True)
        if self.fonts:
            (fonts / "truetype" / "liberation").mkdir()
        for name in UTILITIES:
            (programs / name).symlink_to(shutil.which(name) or name)
        scripts = dict.fromkeys(self.has, "exit 0") | {"id": f"echo {self.user}"}
        if self.apt is not None:
            scripts["apt-get"] = f'echo "$@" >> "{self.folder}/asked"; {self.apt}'
        if self.sudo is not None:
            scripts["sudo"] = self.sudo
        for name, what in scripts.items():
            (programs / name).write_text(f"#!/usr/bin/env bash\n{what}\n")
            (programs / name).chmod(0o755)
        done = subprocess.run(  # noqa: S603
            [str(INSTALL)], capture_output=True, text=True, check=False,
            env={"PATH": str(programs), "CASETALLY_FONTS": str(fonts), "TMPDIR": str(self.folder)},
        )  # fmt: skip
        log = self.folder / "asked"
        self.asked = log.read_text().splitlines() if log.exists() else []
        return done

    def puts(self, *names: str) -> str:
        """What an apt-get does that puts programs on this machine when it is asked to install."""
        each = "; ".join(f'cp "{self.folder}/bin/id" "{self.folder}/bin/{name}"' for name in names)
        return f'case "$*" in *" install "*) {each};; esac'


def test_where_all_is_there_nothing_is_asked_of_the_machine(tmp_path: Path) -> None:
    machine = Machine(tmp_path, has=ALL)
    done = machine.install()
    assert (done.returncode, machine.asked) == (0, [])
    assert "nothing to install" in done.stdout


def test_on_a_clean_machine_all_is_installed_and_said(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.apt = machine.puts(*ALL)
    done = machine.install()
    assert done.returncode == 0
    assert [line.split()[-1] for line in machine.asked] == ["update", "poppler-utils"]
    assert "install -y --no-install-recommends chromium libreoffice-calc-nogui poppler-utils" in machine.asked[-1]
    assert "Installed: chromium libreoffice-calc-nogui poppler-utils" in done.stdout


@pytest.mark.parametrize(
    ("lacks", "package"),
    [("chromium", "chromium"), ("soffice", "libreoffice-calc-nogui"), ("pdftoppm", "poppler-utils")],
)
def test_only_what_is_lacking_is_installed(tmp_path: Path, lacks: str, package: str) -> None:
    machine = Machine(tmp_path, has=tuple(name for name in ALL if name != lacks))
    machine.install()
    assert machine.asked[-1].endswith(f"--no-install-recommends {package}")


def test_a_browser_by_another_name_will_do(tmp_path: Path) -> None:
    machine = Machine(tmp_path, has=("google-chrome", "libreoffice", "pdftotext", "pdftoppm"))
    machine.install()
    assert machine.asked == []


def test_a_font_that_is_lacking_is_installed(tmp_path: Path) -> None:
    machine = Machine(tmp_path, has=ALL, fonts=False)
    machine.install()
    assert machine.asked[-1].endswith("fonts-liberation")


@pytest.mark.parametrize("sudo", [None, "exit 1"])
def test_who_may_not_install_is_told_what_to_install(tmp_path: Path, sudo: str | None) -> None:
    machine = Machine(tmp_path, user=1000, sudo=sudo)
    done = machine.install()
    assert (done.returncode, machine.asked) == (0, [])
    assert "apt-get install --no-install-recommends chromium libreoffice-calc-nogui poppler-utils" in done.stdout


def test_who_may_become_root_without_a_password_does(tmp_path: Path) -> None:
    machine = Machine(tmp_path, user=1000, sudo='shift; exec "$@"')
    machine.install()
    assert "install -y" in machine.asked[-1]


def test_without_a_network_the_build_goes_on_and_is_told(tmp_path: Path) -> None:
    machine = Machine(tmp_path, has=("chromium", "pdftotext", "pdftoppm"), apt="echo no network >&2; exit 100")
    done = machine.install()
    assert done.returncode == 0
    assert "no network" in done.stdout
    assert "Could not be installed: libreoffice-calc-nogui" in done.stdout


def test_old_lists_are_tried_where_new_ones_cannot_be_had(tmp_path: Path) -> None:
    machine = Machine(tmp_path, has=("chromium", "soffice"))
    machine.apt = 'case "$*" in *update*) exit 100;; esac; ' + machine.puts("pdftotext", "pdftoppm")
    assert "Installed: poppler-utils" in machine.install().stdout


def test_elsewhere_than_on_debian_it_says_what_is_wanted(tmp_path: Path) -> None:
    machine = Machine(tmp_path, has=("soffice", "pdftotext", "pdftoppm"), apt=None)
    assert "Install what these Debian packages hold: chromium" in machine.install().stdout


def test_a_program_that_is_lacking_skips_a_test_but_fails_it_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CASETALLY_BROWSER", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"NOT RUN: chromium is not here.*\.ci/install"):
        program("chromium")
    monkeypatch.setenv("CASETALLY_BROWSER", "required")
    with pytest.raises(pytest.fail.Exception, match="chromium is not here"):
        program("chromium")
