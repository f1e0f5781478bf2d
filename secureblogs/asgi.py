"""The web process: HTTP by Django, the one WebSocket by Channels."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secureblogs.settings")
# A web process pools its connections to the database; a worker must not (see settings.py).
os.environ.setdefault("DATABASE_POOL", "20")

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import WebsocketDenier
from channels.sessions import CookieMiddleware
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

django_application = get_asgi_application()

from posts.consumers import LiveConsumer
from secureblogs import close_codes
from secureblogs.access_log import AccessLog
from secureblogs.origins import SameOrigin
from secureblogs.turns import Turns

close_codes.allow()
# Elsewhere there is none; without the second line each try would be an error with a traceback.
sockets = URLRouter([path("ws/post_request", LiveConsumer.as_asgi()), re_path("", WebsocketDenier.as_asgi())])
protocols = {"http": django_application, "websocket": SameOrigin(CookieMiddleware(sockets))}
application = AccessLog(Turns(ProtocolTypeRouter(protocols)))
