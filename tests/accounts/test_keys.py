"""The domain: adding and revoking."""

import pytest

from accounts.domain import keys
from accounts.models import PublicKey
from secureblogs.crypto import wrapping
from tests.cast import make_person


def new_public_key():
    return wrapping.public_key_of(wrapping.generate_private_key())


def test_a_key_of_one_person_can_be_another_s_too(alice, mallory):
    """Or adding it would tell whose it is."""
    public_key = new_public_key()
    keys.add(alice.user, public_key=public_key)

    assert keys.add(mallory.user, public_key=public_key).user == mallory.user


def test_a_key_is_added_once(alice):
    public_key = new_public_key()
    added = keys.add(alice.user, public_key=public_key, label="Laptop")

    with pytest.raises(keys.AlreadyAdded) as refused:
        keys.add(alice.user, public_key=public_key, label="Again")

    assert refused.value.public_key == added
    assert PublicKey.objects.get(pk=added.pk).label == "Laptop"


def test_a_revoked_key_never_comes_back(alice):
    public_key = new_public_key()
    keys.revoke(keys.add(alice.user, public_key=public_key))

    with pytest.raises(keys.AlreadyAdded) as refused:
        keys.add(alice.user, public_key=public_key)

    assert not refused.value.public_key.is_active


def test_revoking_twice_keeps_the_first_time(alice):
    public_key = alice.user.public_keys.get()
    keys.revoke(public_key)
    first = PublicKey.objects.get().revoked_at

    keys.revoke(public_key)

    assert PublicKey.objects.get().revoked_at == first


def test_a_person_has_a_hundred_keys_at_most(alice, monkeypatch):
    monkeypatch.setattr(keys, "MOST_ACTIVE", 2)
    second = keys.add(alice.user, public_key=new_public_key())
    with pytest.raises(keys.TooMany):
        keys.add(alice.user, public_key=new_public_key())
    assert alice.user.public_keys.count() == 2

    keys.revoke(second)

    assert keys.add(alice.user, public_key=new_public_key()).is_active


def test_who_has_an_active_key(alice, mallory):
    nobody = make_person("Nobody", with_key=False)
    keys.revoke(mallory.user.public_keys.get())

    assert [keys.has_active(person.user) for person in (alice, mallory, nobody)] == [True, False, False]


def test_an_unusable_key_is_no_active_one(alice):
    keys.mark_unusable(alice.user.public_keys.get().pk)

    assert not keys.has_active(alice.user)


def test_asking_is_one_query(alice, django_assert_num_queries):
    with django_assert_num_queries(1):
        keys.has_active(alice.user)
