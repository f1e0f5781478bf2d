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
protocols = {"http": pages, "websocket": SameOrigin(CookieMiddleware(sockets))}
# Static files wait for nothing. An address that only looks like one waits as every page does.
application = AccessLog(serve_static_files(ConcurrencyLimit(ProtocolTypeRouter(protocols))))
