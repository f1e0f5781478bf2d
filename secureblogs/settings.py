"""Every setting of the site. What differs between places comes from the environment, read only here."""

from email.utils import parseaddr
from urllib.parse import urlsplit

import django_stubs_ext

from secureblogs.running import environment
from secureblogs.running.env import REDISES, SITES, Env

# Classes that the type checker knows as generic can be subscripted: `admin.ModelAdmin[User]`.
django_stubs_ext.monkeypatch()

BASE_DIR = environment.BASE_DIR

environment.read_file()
environment.require_servers()
env = Env()

# --- The place -------------------------------------------------------------------------------------

DEBUG: bool = env.switch("DEBUG")
SECRET_KEY: str = env.str("SECRET_KEY")
BIND: str = env.str("BIND", default="127.0.0.1")
PORT: int = env.number("PORT", 8000, least=1)
SITE_URL: str = env.site("SITE_URL", default=f"http://localhost:{PORT}")
ALLOWED_HOSTS: list[str] = env.several(
    "ALLOWED_HOSTS", default=[str(urlsplit(SITE_URL).hostname), "localhost", "127.0.0.1", "[::1]"]
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "accounts.http.csrf_failure"
IS_HTTPS = SITE_URL.startswith("https://")

# --- Sealing keys: the public one is the site's, the private ones are read by a worker when it needs them ---

SEALING_PUBLIC_KEY: str = env.str("SEALING_PUBLIC_KEY", default="")
SEALING_PRIVATE_KEYS_FILE: str = env.str("SEALING_PRIVATE_KEYS_FILE", default="")

# Mail addresses or URLs to which people write who find a weakness, shown at /.well-known/security.txt.
# A site that is only tried out names the mailbox of RFC 2142 of its own machine.
SECURITY_CONTACTS: list[str] = env.several(
    "SECURITY_CONTACTS", default=["security@localhost"] if urlsplit(SITE_URL).hostname == "localhost" else []
)

# Public keys of age (age1...) for which `manage.py backup` encrypts.
BACKUP_RECIPIENTS: list[str] = env.several("BACKUP_RECIPIENTS")

# --- Applications ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "daphne",
    "secureblogs.admin.apps.AdministrationConfig",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "secureblogs.running.apps.RunningConfig",
    "servestatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "accounts",
    # After `accounts`, which extends its command.
    "django.contrib.auth",
    # Its templates of controls are used by the renderer below.
    "django.forms",
    "groups",
    "posts",
]

MIDDLEWARE = [
    # All of these are synchronous: one thread answers one whole request (handler.py).
    # This one stands outside all that answers, so that redirects and error pages have their headers, too.
    "secureblogs.http.policies.policies",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
    "accounts.guessing.retry_after",
    "accounts.session_use.note_use",
    "accounts.second_factor_demand.SecondFactorMiddleware",
    "secureblogs.http.error_pages.MethodNotAllowedMiddleware",
    "secureblogs.http.service_unavailable.ServiceUnavailableMiddleware",
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
                "accounts.context.mail_to_new_address",
                "accounts.context.may_sign_up",
                "accounts.context.provider",
                "accounts.context.key_banners",
                "accounts.second_factor_demand.way_on",
                "posts.context.pending_requests",
                "posts.context.text_limits",
            ],
            "libraries": {"shared_includes": "secureblogs.http.shared_includes"},
        },
    },
]

FORM_RENDERER = "secureblogs.http.forms.FormRenderer"

# --- Servers ---------------------------------------------------------------------------------------

REDIS_URL: str = env.address("REDIS_URL", *REDISES)

DATABASES = {"default": env.db_url_config(env.database("DATABASE_URL"))}
# Every thread and process that asks the database keeps its connection (secureblogs/queries/connections.py).
DATABASES["default"]["CONN_MAX_AGE"] = 60
# The statements of secureblogs/queries/bound.py are prepared when a connection asks them for the first time.
DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 0
# A web process answers so many requests at once, each over a connection of its own.
WEB_THREADS: int = env.number("WEB_THREADS", 20, least=1)

# Daphne asks a socket that was silent for so many seconds whether its client is there, and waits so long for a word.
PING_INTERVAL: int = env.number("PING_INTERVAL", 20, least=1)
PING_TIMEOUT: int = env.number("PING_TIMEOUT", 30, least=1)

LIVE_PREFIX = "live"
# Every tab hears from its web process within so many seconds. A page gives a socket up that was silent for 45.
HEARTBEAT_SECONDS: float = env.seconds("HEARTBEAT_SECONDS", 20, most=40)
CHANNEL_LAYERS = {
    "default": {
        # The core layer lost more than half of a burst of 2,000 events when this was measured.
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # By RESP2: a subscription that is taken up again while the layer listens can meet the other's reply, and the
        # greeting of RESP3 then breaks with an AttributeError, where a socket would be closed and opened anew.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "protocol": 2}], "prefix": LIVE_PREFIX},
    },
}

CACHES = {"default": {"BACKEND": "accounts.cache.TableCache"}}

# --- The worker ------------------------------------------------------------------------------------

TASK_TIME_LIMIT = 30
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker tries for ever: see broker.py for the pauses.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A Redis that refuses a command, as one that takes no writes does, is away: without this the worker would end.
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
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
    "accounts.run_job": {"queue": "batches"},
    "posts.clear_files": {"queue": "batches"},
    "posts.sweep": {"queue": "sweeps"},
    "posts.send_notice": {"queue": "mail"},
    "accounts.send_mail": {"queue": "mail"},
}
# How long an unfinished piece of work may wait before its hint is sent again; we look twice as often. Whatever
# went wrong, work goes on after one and a half times that.
SWEEP_AFTER_SECONDS: int = env.number("SWEEP_AFTER_SECONDS", 4, least=1)
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "posts.sweep", "schedule": SWEEP_AFTER_SECONDS / 2},
    "delete files that nothing names": {"task": "posts.clear_files", "schedule": 60},
    "forget what has ended": {"task": "accounts.forget_ended", "schedule": 60 * 60},
}
CELERY_BEAT_SCHEDULER = "secureblogs.workers.broker:MonotonicScheduler"

# --- Accounts --------------------------------------------------------------------------------------

# Who may make an account: open, invitation, closed, or domains:example.org,... (accounts/domain/signing_up.py).
SIGNUP: str = env.str("SIGNUP", default="open")
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = [
    # Email addresses are unique, and without regard to case: by a constraint on Lower("email"), which Django can't see.
    "auth.W004",
    # Whether HSTS binds the whole domain is up to the domain's administrators.
    "security.W005",
    "security.W021",
]
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
PASSWORD_HASHERS = ["accounts.hashers.OneCoreArgon2"]
# A request that posts to these views waits for its turn to have a password hashed.
HASHING_ADDRESSES = {
    "account_signup",
    "account_login",
    "account_reauthenticate",
    "account_change_password",
    "accounts:set_password",
    "account_reset_password_from_key",
    "admin:accounts_user_add",
}
SHORTEST_PASSWORD = 8
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": SHORTEST_PASSWORD},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "accounts.forms.signing_up.SignupForm",
    "login": "accounts.forms.passwords.LoginForm",
    "add_email": "accounts.forms.names_and_addresses.ChangeAddressForm",
    "reauthenticate": "accounts.forms.passwords.ReauthenticateForm",
    "change_password": "accounts.forms.passwords.ChangePasswordForm",
    "set_password": "accounts.forms.passwords.SetPasswordForm",
    "reset_password": "accounts.forms.passwords.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.passwords.ResetPasswordKeyForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
# A new address takes the place of the old one once it is confirmed, so that nobody has two for long.
ACCOUNT_CHANGE_EMAIL = True
# A person who confirms the address in the browser that signed up goes on from there, to the invitation of before.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
# Guessing passwords stays at allauth's ten failures a minute and address, five in five minutes an account. A browser
# that has logged in to the account before is counted by itself (accounts/guessing.py).
# Whole offices and schools share an address, and may sign up or log in within the same minute.
# How often a link is sent to one address is decided where it is known whether it was sent (accounts/domain/mails.py).
ACCOUNT_RATE_LIMITS = {
    "signup": "100/m/ip",
    "login": "100/m/ip",
    "login_failed_device": "10/5m/key",
    # Not by the address that is typed: anybody could keep its owner from a link.
    "reset_password": "20/m/ip",
    "confirm_email": None,
}
# Behind proxies everybody seems to come from one address, unless we know how many of them add to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.number("TRUSTED_PROXIES", 0)

# An OpenID Connect provider by which people can log in and sign up, beside passwords and passkeys.
OIDC_SERVER_URL: str = env.address("OIDC_SERVER_URL", *SITES, default="").rstrip("/")
OIDC_CLIENT_ID: str = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET: str = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME: str = env.str("OIDC_NAME", default="OpenID Connect")
# Where its page of the log-in stands: forms of ours lead there.
OIDC_ORIGINS: list[str] = env.several(
    "OIDC_ORIGINS", default=["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL))]
)
SOCIALACCOUNT_ADAPTER = "accounts.social_adapter.SocialAccountAdapter"
# The provider has checked the address, or nobody signs up by it (accounts/social_adapter.py).
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_PROVIDERS: dict[str, object] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "provider",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ],
    }
    if OIDC_SERVER_URL
    else {}
}

# What one person may have at once, or do in a day: accounts/domain/quotas.py.
QUOTA_GROUPS: int = env.number("QUOTA_GROUPS", 50)
QUOTA_POSTS_A_DAY: int = env.number("QUOTA_POSTS_A_DAY", 200)
# An answer to a request to read carries no more than a hundred, one of which is the account's.
QUOTA_OWN_KEYS: int = min(99, env.number("QUOTA_OWN_KEYS", 20))
QUOTA_INVITATIONS: int = env.number("QUOTA_INVITATIONS", 50)
QUOTA_WAITING_REQUESTS: int = env.number("QUOTA_WAITING_REQUESTS", 200)

# What one picture or file, all of one person, and all of one group may take.
FILE_MIB: int = env.number("FILE_MIB", 25, least=1)
QUOTA_FILES_OF_PERSON_MIB: int = env.number("QUOTA_FILES_OF_PERSON_MIB", 1024)
QUOTA_FILES_OF_GROUP_MIB: int = env.number("QUOTA_FILES_OF_GROUP_MIB", 10 * 1024)

# A second factor is a code of an app or a passkey; passkeys also log in alone.
# Who may not do without one.
SECOND_FACTOR_FOR_STAFF: bool = env.switch("SECOND_FACTOR_FOR_STAFF")
SECOND_FACTOR_FOR_EVERYBODY: bool = env.switch("SECOND_FACTOR_FOR_EVERYBODY")
MFA_ADAPTER = "accounts.mfa_adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Who has to confirm an address has done so before any page; where nobody has to, nobody is kept from a second factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
# A phone's clock may be thirty seconds off.
MFA_TOTP_TOLERANCE = 1
# As many as of log-ins with a password; each asks twice.
MFA_RATE_LIMITS = {"webauthn_login": "200/m/ip"}
MFA_FORMS = {
    "authenticate": "accounts.forms.second_factor.AuthenticateForm",
    "authenticate_webauthn": "accounts.forms.second_factor.AuthenticateWebAuthnForm",
    "reauthenticate": "accounts.forms.second_factor.ReauthenticateForm",
    "reauthenticate_webauthn": "accounts.forms.second_factor.ReauthenticateWebAuthnForm",
    "login_webauthn": "accounts.forms.second_factor.LoginWebAuthnForm",
    "activate_totp": "accounts.forms.second_factor.ActivateTOTPForm",
    "add_webauthn": "accounts.forms.second_factor.AddWebAuthnForm",
    "edit_webauthn": "accounts.forms.second_factor.EditWebAuthnForm",
}

SESSION_ENGINE = "secureblogs.http.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
# Messages name people, groups and posts. A cookie of their own would keep them after the session, for the next person
# who logs in there.
MESSAGE_STORAGE = "secureblogs.http.messages.PageMessages"

# --- Email: printed to the console where no server is named, and then nobody has to confirm an address ------

EMAIL_URL: str = env.address("EMAIL_URL", "smtp+tls", *env.EMAIL_SCHEMES, default="")
vars().update(env.email_url_config(EMAIL_URL or "consolemail://"))
# A mail server that says nothing holds its client up for so many seconds.
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL: str = env.sender(
    "DEFAULT_FROM_EMAIL", default=f"SecureBlogs <noreply@{urlsplit(SITE_URL).hostname}>"
)
SERVER_EMAIL = parseaddr(DEFAULT_FROM_EMAIL)[1]
# With a confirmed address every answer to a sign-up can be the same, so that it tells nobody who has an account.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if EMAIL_URL else "none"

# --- Words and times -------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
# Nothing of ours is translated yet. Django and allauth bring translations of their own: with them a German browser
# would get scraps of German between our words.
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# --- Static files ----------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT: str = env.str("STATIC_ROOT", default=str(environment.var_dir() / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
SERVESTATIC_KEEP_ONLY_HASHED_FILES = True
# Where the pictures and files of posts lie, sealed: a folder, which web processes and workers share, or what another
# storage of Django's wants, such as that of django-storages for S3.
FILES_ROOT: str = env.str("FILES_ROOT", default=str(environment.var_dir() / "files"))
FILES_STORAGE: str = env.str("FILES_STORAGE", default="secureblogs.http.file_storage.FolderStorage")
FILES_STORAGE_OPTIONS: dict[str, object] = env.members("FILES_STORAGE_OPTIONS")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "files": {"BACKEND": FILES_STORAGE, "OPTIONS": FILES_STORAGE_OPTIONS},
    "staticfiles": {"BACKEND": "secureblogs.http.static_files.HashedStorage"},
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
# This one proves that a browser has logged in before, and signs nobody in.
DEVICE_COOKIE_NAME = "__Host-device" if IS_HTTPS else "device"
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60 if IS_HTTPS else 0
# These two bind the whole domain, of which the site may be a guest, and can't be taken back for years.
SECURE_HSTS_INCLUDE_SUBDOMAINS: bool = env.switch("HSTS_INCLUDE_SUBDOMAINS")
SECURE_HSTS_PRELOAD: bool = env.switch("HSTS_PRELOAD")
# Daphne speaks plain HTTP, so an https: site stands behind a proxy, which has to set this header itself, whatever
# its client sent. A client that reaches Daphne past the proxy and lies is only spared the redirect.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The report that DEBUG shows of a mistake.
DEFAULT_EXCEPTION_REPORTER_FILTER = "secureblogs.http.error_reports.RedactingReporter"

# --- Logs: what happened, never what was in it -----------------------------------------------------

# One line of text for people, or of JSON for machines.
LOG_FORMAT: str = env.one_of("LOG_FORMAT", "plain", "json")
# Networks whose clients find metrics for Prometheus at /metrics; anybody else finds nothing there.
METRICS_FROM: list[str] = env.networks("METRICS_FROM")

LOGGING: dict[str, object] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "secureblogs.http.access_log.MaskingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
        "json": {
            "()": "secureblogs.http.access_log.MaskingJsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "datefmt": "%Y-%m-%dT%H:%M:%SZ",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        },
    },
    "filters": {
        "news": {"()": "secureblogs.http.access_log.NewsFilter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["news"]},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    # Django's own handlers go: one prints everything twice, the other mails whole requests.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # It greets with what it could do if more were installed.
        "daphne": {"level": "WARNING"},
        # It would tell of every passkey that was used.
        "fido2": {"level": "WARNING"},
        # It would tell of every task.
        "celery": {"level": "WARNING"},
    },
}
