"""Every setting of the site. What differs between places comes from the environment, read only here."""

import os
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from environ import FileAwareEnv

from secureblogs import embedded

BASE_DIR = Path(__file__).resolve().parent.parent

# A file beside manage.py may hold what the environment does not.
if (env_file := Path(os.environ.get("ENV_FILE", BASE_DIR / ".env"))).is_file():
    FileAwareEnv.read_env(env_file)

# With no servers named the site runs its own; one of the two addresses alone is a mistake.
for name, value in embedded.environment().items():
    os.environ.setdefault(name, value)

env = FileAwareEnv()

# --- The place -------------------------------------------------------------------------------------

DEBUG: bool = env.bool("DEBUG", default=False)
SECRET_KEY: str = env.str("SECRET_KEY")
PORT: int = env.int("PORT", default=8000)
SITE_URL: str = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", default=[str(urlsplit(SITE_URL).hostname), "localhost", "127.0.0.1", "[::1]"]
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
IS_HTTPS = SITE_URL.startswith("https://")

# --- Sealing keys: the public one is the site's, the private ones are read by a worker when it needs them ---

SEALING_PUBLIC_KEY: str = env.str("SEALING_PUBLIC_KEY")
SEALING_PRIVATE_KEYS_FILE: str = env.str("SEALING_PRIVATE_KEYS_FILE", default="")

# --- Applications ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "daphne",
    "secureblogs.apps.AdministrationConfig",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "servestatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "accounts",
    # After `accounts`, which extends its command.
    "django.contrib.auth",
    "groups",
    "posts",
]

MIDDLEWARE = [
    # Outside everything that answers, so that redirects, static files and error pages have their headers, too.
    "secureblogs.policies.policies",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    # Pages, an envelope in base64 above all. Each answer masks its CSRF token and hides its length a little, so that
    # nobody learns from lengths what is in it; nothing else in a page is secret from whoever can write into it.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "secureblogs.trouble.TroubleMiddleware",
]

ROOT_URLCONF = "secureblogs.urls"
ASGI_APPLICATION = "secureblogs.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "posts.context.pending_requests",
            ],
        },
    },
]

# --- Servers ---------------------------------------------------------------------------------------

REDIS_URL: str = env.str("REDIS_URL")

DATABASES = {"default": env.db_url("DATABASE_URL")}
# Persistent connections fail under ASGI; a pool does not. Celery closes a pool around every task,
# so only web processes have one: asgi.py asks for it.
DATABASE_POOL: int = env.int("DATABASE_POOL", default=0)
if DATABASE_POOL:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": DATABASE_POOL,
        "timeout": 10,
    }
    # Or as many requests would fail after a restart of PostgreSQL as connections wait in the pool.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

LIVE_PREFIX = "live"
CHANNEL_LAYERS = {
    "default": {
        # The core layer lost more than half of a burst of 2,000 events when this was measured.
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": LIVE_PREFIX},
    },
}

CACHES = {"default": {"BACKEND": "accounts.cache.TableCache"}}

# --- The worker ------------------------------------------------------------------------------------

TASK_TIME_LIMIT = 30
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# For ever: see broker.py for the pauses.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# A task that was in hand when its worker was killed comes back at once, not after an hour.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = TASK_TIME_LIMIT
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 2 * TASK_TIME_LIMIT + 10,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "socket_timeout": 30,
    "socket_connect_timeout": 5,
    "health_check_interval": 10,
}
# Batches of large groups wait in a queue of their own, so that small groups pass them, and so does mail, which may
# wait for a server that says nothing: workers take turns between the queues.
CELERY_TASK_DEFAULT_QUEUE = "posts"
CELERY_TASK_ROUTES = {
    "posts.wrap_batch": {"queue": "batches"},
    "posts.sweep": {"queue": "sweeps"},
    "posts.send_notice": {"queue": "mail"},
}
# How long an unfinished piece of work may wait before its hint is sent again; we look twice as often. Whatever
# went wrong, work goes on after one and a half times that.
SWEEP_AFTER_SECONDS: int = env.int("SWEEP_AFTER_SECONDS", default=4)
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "posts.sweep", "schedule": SWEEP_AFTER_SECONDS / 2},
    "forget what has ended": {"task": "accounts.forget_ended", "schedule": 60 * 60},
}
CELERY_BEAT_SCHEDULER = "secureblogs.broker:SteadyScheduler"

# --- Accounts --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# Email addresses are unique, and without regard to case: by a constraint on Lower("email"), which the check can't see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["accounts.hashers.TurnTakingArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignupForm",
    "login": "accounts.forms.LoginForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_MAX_EMAIL_ADDRESSES = 1
# Who confirms the address in the browser that signed up goes on from there, to the invitation that they came by.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
# Guessing passwords stays at allauth's ten failures a minute and address, five in five minutes an account.
# Whole offices and schools share an address, and may sign up or log in within the same minute.
ACCOUNT_RATE_LIMITS = {"signup": "100/m/ip", "login": "100/m/ip"}
# Behind proxies everybody seems to come from one address, unless we know how many of them add to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("TRUSTED_PROXIES", default=0)

SESSION_ENGINE = "secureblogs.session_store"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60

# --- Email: printed to the console where no server is named, and then nobody has to confirm an address ------

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
# What a mail server that says nothing costs whoever waits for it, in seconds.
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL: str = env.str(
    "DEFAULT_FROM_EMAIL", default=f"SecureBlogs <noreply@{urlsplit(SITE_URL).hostname}>"
)
SERVER_EMAIL = parseaddr(DEFAULT_FROM_EMAIL)[1]
# With a confirmed address every answer to a sign-up can be the same, so that it tells nobody who has an account.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if env.str("EMAIL_URL", default="") else "none"

# --- Words and times -------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# --- Static files ----------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT: str = env.str("STATIC_ROOT", default=str(embedded.var_dir() / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
SERVESTATIC_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "secureblogs.static_files.HashedStorage"},
}

# --- Security: what browsers may do with a page is in policies.py -------------------------------------

# A draft of 1 MiB of text, escaped as JSON at its worst, sealed and in base64.
DATA_UPLOAD_MAX_MEMORY_SIZE = 9 * 1024 * 1024
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# With this prefix a browser takes the cookie from this very host over TLS only, not from a neighbour's subdomain.
# Scripts read the second one, to send it along.
SESSION_COOKIE_NAME = "__Host-sessionid" if IS_HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if IS_HTTPS else "csrftoken"
# Asked by machines from inside, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
# Daphne speaks plain HTTP, so an https: site stands behind a proxy, which has to set this header itself, whatever
# its client sent. Who reaches Daphne past the proxy and lies is only spared the redirect.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Nobody else's page has a use for these files.
SERVESTATIC_ALLOW_ALL_ORIGINS = False
# What DEBUG shows of a mistake.
DEFAULT_EXCEPTION_REPORTER_FILTER = "secureblogs.reports.NothingPrivate"

# --- Logs: what happened, never what was in it -----------------------------------------------------

LOGGING: dict[str, object] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "secureblogs.access_log.MaskingFormatter",
            "format": "%(levelname)s %(name)s: %(message)s",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Django's own handlers go: one prints everything twice, the other mails whole requests.
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}
