"""What the campaign says of posts that take long."""

from tests.faults.publications import Publications


def test_what_is_published_late_or_never_is_wrong() -> None:
    publications = Publications(
        accepted={"soon": 100.0, "late": 100.0, "lost": 100.0}, published={"soon": 110.0, "late": 110.25}
    )

    assert publications.seconds() == {"soon": 10.0, "late": 10.25}
    assert publications.missing() == ["lost"]
    assert publications.wrong() == [
        "post late was published only after 10.2 s",
        "post lost was not published within 20 s",
    ]


def test_a_post_is_accepted_by_the_first_answer() -> None:
    publications = Publications(accepted={"sent twice": 100.0})

    publications.accept("sent twice")

    assert publications.accepted == {"sent twice": 100.0}
