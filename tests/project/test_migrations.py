"""The other tests make their tables from the models; these two see that the migrations say the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_model_has_changed_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_an_empty_home_is_migrated_and_has_a_policy(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "WEIXI_TEST_DB"}}
    weixi = [sys.executable, "-m", "weixi.project.cli"]
    environment |= {"WEIXI_HOME": str(tmp_path / "home")}
    first = subprocess.run([*weixi, "init"], env=environment, capture_output=True, text=True, check=False)
    assert first.returncode == 0, first.stderr
    again = subprocess.run([*weixi, "init"], env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    doctor = subprocess.run([*weixi, "doctor"], env=environment, capture_output=True, text=True, check=False)
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
