"""Proposals for the model's next step: mostly one that changes something, now and then anything at all."""

from tests.posts.model.rules import MOST_TIMES, Request, Rules, Step

MOST_KEYS = 3
MOST_POSTS = 5
MOST_COMMENTS = 6
# As often as it takes for every one to come to something.
VERBS = [
    *(
        "join",
        "join",
        "leave",
        "remove",
        "let_back_in",
        "end_account",
        "close_account",
        "open_account",
        "open_account",
    ),
    *("add_key", "add_key", "revoke"),
    *("make_account", "replace_account", "replace_account", "lift", "lift", "start_over"),
    *("add_device", "add_device", "change_list", "change_list"),
    *("submit", "encrypt", "encrypt", "wrap", "wrap", "wrap", "delete", "revise", "revise"),
    *("comment", "comment", "comment", "edit_comment", "delete_comment"),
    *("ask", "ask", "ask", "ask", "ask_all", "withdraw"),
    *("approve", "approve", "approve", "approve", "reject", "withdraw_grant", "report"),
    *("mute", "unmute", "let_a_week_pass"),
]
# Their numbers are given in the order in which they come: of two at once, nobody would know which is which.
_NEW_KEYS = {"add_key", "make_account", "replace_account", "start_over"}
_NUMBERED = ({"submit", "join"}, {"submit"})

# Obstacles for somebody who could ask otherwise.
REFUSALS = ["Muted", "TooSoon", "TooOften", "TooManyWaiting"]

About = tuple[int | tuple[int, ...], ...]


def proposed(rules: Rules, which: int, choice: int) -> Step | None:
    """A step, chosen by two numbers; None if there is none."""
    find = _everything if which % 6 == 5 else _fitting
    found = {verb: abouts for verb in VERBS if (abouts := find(rules, verb))}
    verbs = [verb for verb in VERBS if verb in found]
    if not verbs:
        return None
    verb = verbs[which // 6 % len(verbs)]
    return Step(verb, found[verb][choice % len(found[verb])])


def may_meet(first: Step, second: Step) -> bool:
    """Whether two steps may be taken in the same moment."""
    met = {first.verb, second.verb}
    return met not in _NUMBERED and not met <= _NEW_KEYS and "let_a_week_pass" not in met


def _fitting(rules: Rules, verb: str) -> list[About]:
    """The steps that change something."""
    state = {"withdraw": "pending", "approve": "pending", "reject": "pending"}.get(verb, "approved")
    requests = sorted(each for each, request in rules.requests.items() if request.state == state)
    match verb:
        case "join":
            return [(each,) for each in sorted(rules.people - rules.members.keys() - rules.kept_out)]
        case "leave" | "remove":
            return [(each,) for each in sorted(rules.members)]
        case "let_back_in":
            return [(each,) for each in sorted(rules.kept_out)]
        case "end_account":
            # Or soon nobody would be left.
            return [(max(rules.people),)] if len(rules.people) > 2 else []
        case "close_account":
            return [(each,) for each in sorted(rules.people - rules.closed)] if not rules.closed else []
        case "open_account":
            return [(each,) for each in sorted(rules.closed)]
        case "revoke":
            return [(key,) for key in sorted(rules.active)]
        case "add_key":
            return [each for each in _everything(rules, verb) if each[-1] not in rules.account]
        case "make_account":
            return [each for each in _everything(rules, verb) if each[-1] not in rules.account]
        case "lift":
            moving = {rules.owners[key] for key in rules.links}
            return [each for each in _everything(rules, verb) if each[0] in moving]
        case "submit":
            return [each for each in _everything(rules, verb) if each[-1] in rules.members]
        case "encrypt":
            return [(n,) for n, post in rules.posts.items() if "queued" in {post.state, post.edit}]
        case "wrap":
            return [(n, batch) for n, post in rules.posts.items() for batch in post.batches]
        case "delete":
            return [(number,) for number in rules.posts] if len(rules.posts) == MOST_POSTS else []
        case "ask":
            pairs = [(number, asker) for number in rules.posts for asker in sorted(rules.members)]
            answers = {each: rules.obstacle(*each) for each in pairs if each not in rules.waiting()}
            return [each for each, answer in answers.items() if answer in {"", *REFUSALS}]
        case "ask_all":
            return [(each,) for each in sorted(rules.members) if rules.copy().ask_all(each) == "asked"]
        case "withdraw" | "reject" | "withdraw_grant":
            return [*requests]
        case "revise":
            return [each for each in _everything(rules, verb) if each[-1] in rules.members]
        case "comment" | "edit_comment":
            every = _everything(rules, verb)
            return [each for each in every if not rules.copy().take(Step(verb, each))]
        case "approve":
            return [each for each in _everything(rules, verb) if each[:2] in requests]
        case "report":
            return [(*each, rules.pinned(*each)) for each in requests]
        case "mute":
            return [(rules.posts[number].author, asker) for number, asker in sorted(rules.requests)]
        case "unmute":
            return sorted(rules.muted)
        case "let_a_week_pass":
            return [()] if any(_pauses(request) for request in rules.requests.values()) else []
    return _everything(rules, verb)


def _pauses(request: Request) -> bool:
    return request.is_refused_lately or request.times_asked >= MOST_TIMES


def _everything(rules: Rules, verb: str) -> list[About]:
    """The steps that anybody can try."""
    everybody = sorted(set(rules.owners.values()))
    match verb:
        case "add_key":
            with_room = [each for each in sorted(rules.people) if len(rules.keys_of(each)) < MOST_KEYS]
            return [(len(rules.owners), each) for each in with_room]
        case "revoke":
            return [(key,) for key in rules.owners]
        case "make_account":
            return [(len(rules.owners), each) for each in sorted(rules.people)]
        case "replace_account" | "start_over":
            return [(len(rules.owners), person, key) for person, key in sorted(rules.account.items())]
        case "add_device":
            return [
                (person, key, number + 1, tuple(sorted(devices)), 1000 * key + number + 1)
                for person, (key, number, devices) in sorted(rules.lists.items())
            ]
        case "change_list":
            # As they are under other names, and without any one of them but the first.
            return [
                (person, key, number + 1, tuple(sorted(devices - {gone})))
                for person, (key, number, devices) in sorted(rules.lists.items())
                for gone in (-1, *sorted(devices - {0}))
            ]
        case "lift":
            return sorted(rules.account.items())
        case "submit":
            writers = everybody if len(rules.posts) < MOST_POSTS else []
            return [(rules.submitted + 1, each) for each in writers]
        case "encrypt":
            return [(number,) for number in rules.posts]
        case "ask":
            return [(number, each) for number in rules.posts for each in everybody]
        case "withdraw" | "reject" | "withdraw_grant":
            return sorted(rules.requests)
        case "revise":
            return [(number, post.revision + 1, post.author) for number, post in rules.posts.items()]
        case "comment":
            # The top ones are answered, under whatever post they are.
            asked = [-1, *(said for said, each in rules.comments.items() if each.parent < 0)]
            new = len(rules.comments)
            pairs = [(number, each) for number in rules.posts for each in everybody]
            return [(new, *pair, said) for pair in pairs for said in asked] if new < MOST_COMMENTS else []
        case "edit_comment":
            return [(said, each.revision + 1) for said, each in rules.comments.items()]
        case "delete_comment":
            return [(said,) for said in rules.comments]
        case "approve":
            return [
                (*each, rules.pinned(*each), rules.posts[each[0]].revision)
                for each in sorted(rules.requests)
                if each[0] in rules.posts
            ]
        case "report":
            return [(*each, rules.pinned(*each)) for each in sorted(rules.requests)]
        case "join" | "leave" | "remove" | "let_back_in" | "ask_all" | "open_account":
            return [(each,) for each in everybody]
    return []
