"""All settings, from the environment only.

`WEIXI_HOME`     folder for the database, uploads, logs and the secret key (default `./var`)
`WEIXI_BACKUPS`  folder of the backups (default `backups` in `WEIXI_HOME`; better on another disk)
`DATABASE_URL`   `postgres://user:password@host:port/name`; without it SQLite in `WEIXI_HOME`
`WEIXI_DEMO`     `1` shows the demo company's log-ins on the log-in page
`WEIXI_URL`      where people reach this server (`https://crm.example.com`), for links in mails
`WEIXI_HOSTS`    comma-separated host names this server answers to
`WEIXI_SECURE`   `1` when served over HTTPS (secure cookies, HSTS)
`WEIXI_API_RATE` requests a person may send to the API per minute (default 1200)
`WEIXI_DEBUG`    `1` for tracebacks in the browser while developing
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("WEIXI_HOME") or "var").expanduser().resolve()


def _flag(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def _make_home() -> None:
    """The folder of everything, made where it is missing."""
    try:
        HOME.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SystemExit(
            f"WEIXI_HOME {HOME} cannot be used: {error.strerror}; name a folder that can be written to."
        ) from None


def _secret_key() -> str:
    """The key of this installation, made once and kept in `WEIXI_HOME` for its owner only."""
    if given := os.environ.get("WEIXI_SECRET_KEY"):
        return given
    _make_home()
    path = HOME / "secret-key"
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    except OSError as error:
        raise SystemExit(f"WEIXI_HOME {HOME} cannot be written to: {error.strerror}; name another folder.") from None
    return path.read_text().strip()


DEBUG = _flag("WEIXI_DEBUG")
# A home that `weixi demo` filled says so itself.
DEMO = _flag("WEIXI_DEMO") or (HOME / "demo").exists()
DEMO_PASSWORD = "compressor-2026"  # noqa: S105 - printed on the demo's log-in page
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [
    host.strip() for host in os.environ.get("WEIXI_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
]
SECURE = _flag("WEIXI_SECURE")
SITE_URL = os.environ.get("WEIXI_URL", "").strip()

# --- the database -----------------------------------------------------------------------------------

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=NORMAL;"
    "PRAGMA mmap_size=268435456;"
    "PRAGMA cache_size=-32768;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA journal_size_limit=67108864;"
    # What was erased is not to be found in the freed parts of the file (D-1).
    "PRAGMA secure_delete=ON;"
    "PRAGMA foreign_keys=ON"
)


def _database() -> dict[str, object]:
    url = os.environ.get("DATABASE_URL", "").strip()
    if not url:
        _make_home()
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "weixi.sqlite3",
            # IMMEDIATE takes the write lock when a transaction begins: a read that becomes a write can
            # otherwise fail at once, whatever the timeout.
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
            "CONN_MAX_AGE": None,
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SystemExit(
            f"DATABASE_URL begins with {parts.scheme!r}: use postgres://user:password@host:port/name, "
            "or leave it out for SQLite."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "weixi",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5},
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the application --------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "weixi.kernel",
    "weixi.organisation",
    "weixi.policy",
    "weixi.customers",
    "weixi.commerce",
    "weixi.interactions",
    "weixi.duties",
    "weixi.grading",
    "weixi.privacy",
    "weixi.safekeeping",
    "weixi.integrations",
    "weixi.web",
    "weixi.reactions",  # last: reads what the others register
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "weixi.web.middleware.PersonMiddleware",
    "weixi.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "weixi.project.urls"
WSGI_APPLICATION = "weixi.project.wsgi.application"
AUTH_USER_MODEL = "organisation.User"
AUTHENTICATION_BACKENDS = ["weixi.organisation.log_in.PersonBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "login"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("weixi.web.loading.Loader", ["django.template.loaders.app_directories.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.messages.context_processors.messages",
                "weixi.web.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "weixi.web.templatetags.weixi"],
        },
    }
]

# --- language and time ------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "weixi_language"
USE_I18N = True
USE_TZ = True
# The wall clock of pages. Deadlines run on the time zone that the policy in force names.
TIME_ZONE = os.environ.get("WEIXI_TIME_ZONE", "Asia/Shanghai")

# --- static files -----------------------------------------------------------------------------------
# esbuild writes hashed names and a manifest; the `asset` tag reads it, so no collectstatic step is needed.

STATIC_URL = "/static/"
# What the front end is built into.
ASSETS = PACKAGE / "web" / "static" / "dist"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"/dist/.+-[A-Z0-9]{8}\.[a-z0-9.]+$"

MEDIA_ROOT = HOME / "files"
BACKUPS = Path(os.environ.get("WEIXI_BACKUPS") or HOME / "backups").expanduser().resolve()

# --- sessions, cookies, headers ---------------------------------------------------------------------

SESSION_ENGINE = "weixi.web.session_rows"
SESSION_COOKIE_NAME = "weixi_session"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "weixi_csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_FAILURE_VIEW = "weixi.web.views.errors.csrf_failure"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- limits -----------------------------------------------------------------------------------------

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
# All files of one request together; what a single one may have is the policy's and the importer's to say.
UPLOAD_MOST_BYTES = 300 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "weixi.kernel.files.receiving.CappedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# One person's requests to the API, per web process.
API_REQUESTS_PER_MINUTE = int(os.environ.get("WEIXI_API_RATE", "1200"))

# --- passwords --------------------------------------------------------------------------------------
# What a password has to be stands in the policy's [security.passwords].

AUTH_PASSWORD_VALIDATORS = [{"NAME": "weixi.organisation.new_passwords.PolicyValidator"}]

# --- mail -------------------------------------------------------------------------------------------
# Without a mail server nothing leaves the house: notices stay in the app and the outbox says so.

EMAIL_HOST = os.environ.get("WEIXI_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("WEIXI_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("WEIXI_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("WEIXI_SMTP_PASSWORD", "")
EMAIL_USE_TLS = not _flag("WEIXI_SMTP_PLAIN")
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("WEIXI_MAIL_FROM", "weixi@localhost")

# --- logging ----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "weixi.kernel.log_lines.Lines",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}},
}
