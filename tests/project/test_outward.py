"""Which parts of the program can reach the network, and where the mail server's address comes from (A20, A21)."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "weixi"
# Modules that connect, look names up, or fetch by address.
REACHING = {
    "socket", "socketserver", "ssl", "asyncio", "smtplib", "poplib", "imaplib", "ftplib", "telnetlib", "nntplib", "http.client",
    "urllib.request", "urllib3", "requests", "httpx", "aiohttp", "xmlrpc", "xmlrpc.client", "webbrowser",
}  # fmt: skip
# Who may, and what for. A feature that fetches an address somebody typed belongs behind one guarded door of its own,
# which checks the address that is connected to, on every hop.
ALLOWED = {
    "kernel/outbox/mail.py": {"smtplib"},
    "project/commands/installation.py": {"socket"},  # whether the port to listen on is free
    "project/pages_worker.py": {"socket"},  # the connection it was handed
    "safekeeping/services/backup.py": {"socket"},  # the name of this machine
}


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def program() -> list[Path]:
    left = {"tests", "testing"}
    return [path for path in ROOT.rglob("*.py") if not left & set(path.relative_to(ROOT).parts[:-1])]


def test_only_mail_reaches_out() -> None:
    found = {str(path.relative_to(ROOT)): imports_of(path) & REACHING for path in program()}
    assert {name: names for name, names in found.items() if names} == ALLOWED


def test_mail_servers_are_named_by_the_surroundings_alone() -> None:
    """No form, row or policy sets where mail goes: nobody can aim it, or ask whether somebody listens there."""
    names = {"EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"}
    said = {str(path.relative_to(ROOT)) for path in program() if any(name in path.read_text("utf-8") for name in names)}
    writers = {name for name in said if any(f"{each} = " in (ROOT / name).read_text("utf-8") for each in names)}
    assert writers == {"project/settings.py"}
    settings = (ROOT / "project/settings.py").read_text("utf-8")
    assert 'EMAIL_HOST = os.environ.get("WEIXI_SMTP_HOST", "")' in settings
