"""The house itself: our names are ours, imports point downwards, the wheel works in an empty environment."""

import importlib
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
OURS = ("producers", "stream_apps", "models", "config", "lantoa")


@pytest.mark.parametrize("name", OURS)
def test_each_top_level_name_is_ours(name):
    found = Path(importlib.import_module(name).__file__ or "")
    assert found == REPOSITORY / name / "__init__.py"


@pytest.mark.parametrize("name", OURS)
def test_no_installed_package_brings_one_of_our_names(name):
    """An editable install puts our folder behind site-packages: somebody else's `config` would win."""
    site = Path(importlib.import_module("pytest").__file__).parent.parent
    assert not (site / name).exists()
    assert not (site / f"{name}.py").exists()


def test_imports_point_downwards():
    ran = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout


def test_the_wheel_starts_in_an_empty_environment(tmp_path):
    """Built as a user would, with what is not code beside it (YAML, jars.toml, vi.po), and started once."""
    build = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(tmp_path),
        str(REPOSITORY),
    ]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    uv = [Path(sys.executable).with_name("uv"), "pip", "install", "--quiet", "--python", str(python)]
    subprocess.run([*uv, "--require-hashes", "-r", str(REPOSITORY / "requirements.lock")], check=True)
    subprocess.run([*uv, "--no-deps", str(wheel)], check=True)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "vi_VN.UTF-8"}
    lantoa = python.with_name("lantoa")
    listed = subprocess.run(
        [lantoa, "sources", "list", "--format", "csv"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert listed.returncode == 0, listed.stderr
    assert "nhandan-home,nhandan,central,feed" in listed.stdout
    shown = subprocess.run([lantoa, "--help"], env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert "nguồn tin" in shown.stdout
    told = subprocess.run(
        [lantoa, "--version"], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert told.stdout.split() == ["lantoa", wheel.name.split("-")[1]]


def test_modules_that_tests_share_have_names_of_their_own():
    shared = [
        p.name
        for p in (REPOSITORY / "tests").rglob("*.py")
        if not p.name.startswith(("test_", "conftest", "__init__"))
    ]
    assert sorted(shared) == sorted(set(shared)), (
        "two folders of tests on one path: the first of a name hides the other"
    )
