from django.urls import path

from accounts.views import welcome

app_name = "accounts"
urlpatterns = [
    path("keys/welcome/", welcome.welcome, name="welcome"),
]
