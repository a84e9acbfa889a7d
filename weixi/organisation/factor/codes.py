"""Codes by themselves: no table, no clock.

The shared secret is never stored. It is derived from a random seed and the installation's secret key, so a
copy of the database alone (a backup, a dump) makes no codes. Whoever loses the key loses the factors with
it, as he loses every session; `weixi user factor-reset NAME` then lets people set them up again.
"""

from __future__ import annotations

import base64
import re
import secrets
from datetime import datetime

import pyotp
from django.utils.crypto import salted_hmac

STEP_SECONDS = 30
# A phone's clock may be one step ahead or behind.
DRIFT = 1
RECOVERY_CODES = 10
# Neither 0 and O nor 1, I and L.
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_seed() -> str:
    return secrets.token_hex(32)


def secret_of(seed: str) -> str:
    """The secret a phone and the installation share: 160 bits in base 32."""
    return base64.b32encode(salted_hmac("weixi.second-factor", seed, algorithm="sha256").digest()[:20]).decode()


def step_of(seed: str, code: str, now: datetime) -> int | None:
    """The 30-second step a six-digit code belongs to, or None when it fits none near `now`."""
    digits = "".join(code.split())
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    made, step = pyotp.TOTP(secret_of(seed), interval=STEP_SECONDS), int(now.timestamp()) // STEP_SECONDS
    found = None
    for each in range(step - DRIFT, step + DRIFT + 1):
        # Every step is compared, whichever fits: the time taken tells nothing.
        if secrets.compare_digest(made.generate_otp(each), digits):
            found = each
    return found


def address_of(seed: str, username: str, issuer: str) -> str:
    """What the picture says to the phone (`otpauth://`)."""
    return pyotp.TOTP(secret_of(seed), interval=STEP_SECONDS).provisioning_uri(name=username, issuer_name=issuer)


def picture_of(address: str) -> str:
    """The address as a QR code: SVG without styles, dark on light in every theme, as readers need it."""
    # Asked for once per person: its tables are large.
    import segno  # noqa: PLC0415

    return segno.make_qr(address, error="m").svg_inline(
        scale=5, border=3, dark="#000", light="#fff", svgclass="wx-qr", lineclass=None, omitsize=True
    )


def spaced(secret: str) -> str:
    """For typing by hand: in groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def new_recovery_codes() -> list[str]:
    """`ABCDE-FGHJK`: ten letters of 31, 49 bits each."""
    made = ("".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES))
    return [f"{code[:5]}-{code[5:]}" for code in made]


def recovery_digest(user_id: int, code: str) -> str:
    """What is kept of a recovery code; keyed, so that a copied table cannot be searched by trying."""
    plain = re.sub(r"[^A-Z0-9]", "", code.upper())[:40]
    return salted_hmac("weixi.recovery-code", f"{user_id}:{plain}", algorithm="sha256").hexdigest()
