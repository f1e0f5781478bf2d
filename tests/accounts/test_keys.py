"""The domain: adding and revoking."""

import pytest
from django.utils import timezone

from accounts.domain import keys
from accounts.domain.quotas import QuotaMet
from accounts.models import PublicKey
from accounts.models.public_key import ACTIVE_SQL
from secureblogs.crypto import wrapping
from secureblogs.crypto.public_keys import read_public_key
from tests.cast import make_person


def new_public_key():
    return wrapping.public_key_of(wrapping.generate_private_key())


def test_a_key_of_one_person_can_be_another_s_too(alice, mallory):
    """Or adding it would tell whose it is."""
    public_key = new_public_key()
    keys.add(alice.user, public_key=public_key)

    assert keys.add(mallory.user, public_key=public_key).user == mallory.user


def test_revoking_twice_keeps_the_first_time(alice):
    public_key = alice.user.public_keys.get()
    keys.revoke(public_key)
    first = PublicKey.objects.get().revoked_at

    keys.revoke(public_key)

    assert PublicKey.objects.get().revoked_at == first


def test_a_person_has_so_many_keys_of_their_own_and_no_more(alice, settings):
    settings.QUOTA_OWN_KEYS = 2
    second = keys.add(alice.user, public_key=new_public_key())
    with pytest.raises(QuotaMet):
        keys.add(alice.user, public_key=new_public_key())
    with pytest.raises(keys.AlreadyAdded):
        keys.add(alice.user, public_key=read_public_key(second.pem))
    assert alice.user.public_keys.count() == 2

    keys.revoke(second)

    assert keys.add(alice.user, public_key=new_public_key()).is_active


def test_who_has_an_active_key_is_one_query(alice, mallory, django_assert_num_queries):
    nobody = make_person("Nobody", with_key=False)
    keys.revoke(mallory.user.public_keys.get())

    assert [keys.has_active(person.user) for person in (alice, mallory, nobody)] == [True, False, False]

    keys.mark_unusable(alice.user.public_keys.get().pk)

    assert not keys.has_active(alice.user)

    with django_assert_num_queries(1):
        keys.has_active(alice.user)


def test_django_sql_and_the_key_itself_agree_on_what_is_active(alice, bob):
    made = {
        ended: alice.add_key(label=str(ended))
        for ended in [(), ("revoked_at",), ("unusable_at",), ("revoked_at", "unusable_at")]
    }
    for ended, public_key in made.items():
        PublicKey.objects.filter(pk=public_key.pk).update(**dict.fromkeys(ended, timezone.now()))
    (from_cast,) = set(alice.user.public_keys.all()) - set(made.values())

    active = {from_cast, made[()]}
    assert set(PublicKey.objects.active_of(alice.user)) == active
    assert set(PublicKey.objects.active()) == active | set(bob.user.public_keys.all())
    in_sql = f"SELECT key.* FROM accounts_publickey AS key WHERE {ACTIVE_SQL} AND user_id = %s"  # noqa: S608
    assert set(PublicKey.objects.raw(in_sql, [alice.user.pk])) == active
    assert {key for key in alice.user.public_keys.all() if key.is_active} == active
