"""A worker reads and loads the keys of the same people once, and takes none for that of somebody else."""

import pytest

from accounts.models import PublicKey
from posts.sealing import loaded_keys
from posts.sealing.loaded_keys import LoadedKeys
from posts.sealing.recipients import Recipient


def recipients(*keys: PublicKey) -> list[Recipient]:
    return [Recipient(key.pk, key.algorithm, key.fingerprint) for key in keys]


def test_a_key_is_loaded_once_as_long_as_it_is_among_the_last(alice, bob, monkeypatch):
    monkeypatch.setattr(loaded_keys, "MOST", 1)
    keys, (alices, bobs) = LoadedKeys(), recipients(alice.user.public_keys.get(), bob.user.public_keys.get())

    first, second, third = keys.load([alices, bobs]), keys.load([bobs]), keys.load([bobs, alices])

    assert second[bobs.pk] is third[bobs.pk] is first[bobs.pk]
    assert third[alices.pk] is not first[alices.pk]


@pytest.mark.parametrize("is_loaded_before", [True, False])
def test_a_row_that_bears_the_fingerprint_of_anothers_key_does_not_stand_for_it(alice, bob, is_loaded_before):
    keys, own, other = LoadedKeys(), bob.user.public_keys.get(), alice.user.public_keys.get()
    forged = PublicKey.objects.create(
        user=alice.user, algorithm=own.algorithm, der=other.der, fingerprint=own.fingerprint
    )
    if is_loaded_before:
        keys.load(recipients(own))
    found = keys.load(recipients(forged, own))

    assert found[own.pk] is keys.load(recipients(own))[own.pk]
    assert (forged.pk in found) == is_loaded_before
    assert found.get(forged.pk, found[own.pk]) is found[own.pk]
