from django.urls import path

from accounts.keys.views import admissions, banners, keys, store
from accounts.views import adding, names, open_sessions, passwords, provider, replacing, waiting, welcome

app_name = "accounts"
urlpatterns = [
    path("keys/welcome/", welcome.welcome, name="welcome"),
    path("keys/add/", adding.add_browser, name="add_browser"),
    path("keys/add/<uuid:admission>", adding.add_browser, name="add_browser_to"),
    path("keys/replace/", replacing.replace, name="replace_key"),
    path("keys/account.json", keys.account, name="account_keys"),
    path("keys/public_keys.json", keys.public_keys, name="public_keys"),
    path("keys/account/", keys.replace, name="replace_account_key"),
    path("keys/account/stop/", keys.stop, name="stop_starting_over"),
    path("keys/banners/", banners.put_off, name="put_off_banner"),
    path("keys/keyholders/", keys.change_keyholders, name="change_keyholders"),
    path("keys/used/", keys.used, name="note_device_used"),
    path("keys/admissions/", admissions.open_one, name="open_admission"),
    path("keys/admissions/open.json", admissions.waiting, name="admission_waiting"),
    path("keys/admissions/<uuid:uid>.json", admissions.admission, name="admission"),
    path("keys/admissions/<uuid:uid>/offers/", admissions.offer, name="offer_device"),
    path("keys/admissions/<uuid:uid>/answer/", admissions.answer, name="answer_offer"),
    path("keys/admissions/<uuid:uid>/end/", admissions.end, name="end_admission"),
    path("keys/store.json", store.names, name="store"),
    path("keys/store/<path:name>", store.store_object, name="store_object"),
    path("accounts/name/", names.my_name, name="name"),
    path("accounts/sessions/", open_sessions.my_sessions, name="sessions"),
    path("accounts/sessions/end_others/", open_sessions.end_others, name="end_other_sessions"),
    path("accounts/sessions/<uuid:session>/end/", open_sessions.end, name="end_session"),
    path("accounts/provider/", provider.my_provider, name="provider"),
    path("accounts/provider/connect/", provider.connect, name="connect_provider"),
    path("accounts/provider/disconnect/", provider.disconnect, name="disconnect_provider"),
    path("accounts/provider/log_in/", provider.log_in, name="log_in_by_provider"),
    path("accounts/provider/confirm/", provider.confirm, name="confirm_by_provider"),
    # In place of allauth's page, which asks nobody who they are.
    path("accounts/password/set/", passwords.set_first, name="set_password"),
    # In place of allauth's pages at these addresses, which say that a mail was sent whatever became of it.
    path("accounts/confirm-email/", waiting.confirmation, name="wait_for_confirmation"),
    path("accounts/password/reset/done/", waiting.reset, name="wait_for_reset"),
]
