"""The web process: HTTP by Django, the one WebSocket by Channels."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secureblogs.settings")

import django
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import WebsocketDenier
from channels.sessions import CookieMiddleware
from django.conf import settings
from django.urls import path, re_path

django.setup()

from posts.live.consumers import LiveConsumer
from secureblogs.daphne import close_codes
from secureblogs.http.access_log import AccessLog
from secureblogs.http.concurrency import ConcurrencyLimit
from secureblogs.http.handler import ThreadHandler
from secureblogs.http.origins import SameOrigin
from secureblogs.http.static_files import serve_static_files

close_codes.allow()
# Without the second line, a socket at any other address would be an error with a traceback.
sockets = URLRouter([path("ws/post_request", LiveConsumer.as_asgi()), re_path("", WebsocketDenier.as_asgi())])
pages = ThreadHandler(threads=settings.WEB_THREADS)
protocols = {"http": serve_static_files(pages), "websocket": SameOrigin(CookieMiddleware(sockets))}
application = AccessLog(ConcurrencyLimit(ProtocolTypeRouter(protocols)))
