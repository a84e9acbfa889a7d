"""What every command does with places it cannot write to, outputs that take nothing and homes that are none."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.db.migrations.executor import MigrationExecutor

from weixi.policy.document.dump import dump_policy
from weixi.policy.document.shipped import build_shipped
from weixi.project import cli
from weixi.testing.policies import shipped_policy


def weixi(home: Path, *arguments: str, redirect: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with a shell's redirections."""
    command = [sys.executable, "-m", "weixi.project.cli", *arguments]
    surroundings = {**os.environ, "WEIXI_HOME": str(home), "DATABASE_URL": "", "LC_ALL": "en_US.UTF-8", **environment}
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirect}', "sh", *command],
        capture_output=True, text=True, env=surroundings, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    path = tmp_path / "制度 甲.toml"
    path.write_text(dump_policy(build_shipped("quadrant")), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "environment", [{}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}]
)
def test_files_of_policies_are_looked_at_where_there_is_no_database(tmp_path, policy_file, environment):
    checked = weixi(tmp_path / "new", "policy", "check", str(policy_file), **environment)
    assert (checked.returncode, checked.stderr) == (0, "")
    compared = weixi(tmp_path / "new", "policy", "diff", str(policy_file), str(policy_file), **environment)
    assert (compared.returncode, compared.stdout, compared.stderr) == (0, "", "")


@pytest.mark.parametrize(("redirect", "status"), [(">/dev/full", 1), (">&-", 0), (">&- 2>&-", 0)])
def test_an_output_that_takes_nothing_is_told_in_one_line(tmp_path, policy_file, redirect, status):
    done = weixi(tmp_path / "new", "policy", "check", str(policy_file), redirect=redirect)
    said = "weixi: the result cannot be written: No space left on device\n" if status else ""
    assert (done.returncode, done.stdout, done.stderr) == (status, "", said)


def test_a_home_that_is_no_folder_and_a_database_that_is_none_are_refused_in_one_line(tmp_path):
    (tmp_path / "file").touch()
    done = weixi(tmp_path / "file", "init")
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr
        == f"WEIXI_HOME {tmp_path / 'file'} cannot be used: File exists; name a folder that can be written to.\n"
    )
    (tmp_path / "weixi.sqlite3").write_bytes(b"anything but a database " * 200)
    done = weixi(tmp_path, "tick", "--json")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "`weixi restore` puts a backup in its place" in done.stderr


def test_what_writes_asks_for_a_database_of_this_version_first(db, monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [("a step", False)])
    assert cli.main(["tick", "--json"]) == 1
    told = capsys.readouterr()
    assert (told.out, "`weixi init` brings it up" in told.err) == ("", True)


@pytest.mark.parametrize("port", ["0", "99999", "-1", "８０８０", "abc"])
def test_a_port_that_is_none_is_wrong_usage(port, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["serve", f"--port={port}"])
    assert caught.value.code == 2
    assert "is no port: 1 to 65535" in capsys.readouterr().err


def test_a_port_that_another_has_is_told_before_anything_is_started(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main(["serve", "--port", str(port)]) == 1
    assert f"127.0.0.1:{port} cannot be served: Address already in use." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["policy", "export", "-o", "{}/none/p.toml"], "{}/none/p.toml cannot be used: No such file or directory."),
        (["grade", "table", "--format", "xlsx", "-o", "{}/t.xlsx"], "grading"),
        (["grade", "run", "--as-of", "1899-12-31"], "from 1900-01-01 on"),
        (["tick", "--now", "9999-12-31T00:00:00Z"], "is no time"),
        (["duties", "--assignee", "nobody"], "no person with the log-in name nobody"),
        (["import", "orders", "x.csv", "--mapping", "{}/none"], "{}/none cannot be read: No such file or directory."),
        (["import", "orders", "x.csv", "--mapping", "{}/bad"], "is no JSON: line 1, sign 2."),
        (["import", "orders", "x.csv", "--mapping", "{}/gbk"], "is no JSON in UTF-8."),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_place(db, tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    shipped_policy("quadrant")
    (tmp_path / "bad").write_text("{name}")
    (tmp_path / "gbk").write_bytes('{"客户名": "name"}'.encode("gbk"))
    assert cli.main([each.replace("{}", str(tmp_path)) for each in arguments]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert said.replace("{}", str(tmp_path)) in told.err
    assert not (tmp_path / "t.xlsx").exists()
