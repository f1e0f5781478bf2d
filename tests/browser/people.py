"""People of the browser tests: each has a browser of their own, and does there what the pages let them do."""

import json
import re
import secrets
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from playwright.sync_api import (
    APIResponse,
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    Request,
    WebError,
    WebSocket,
    expect,
)

# A page may take so long at most; on a quiet machine it takes well under one.
SECONDS_TO_WAIT = 45
PASSWORD = "correct horse battery staple"
# The page's console says what the browser itself refuses or reports.
REPORTER = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`);
});
// How often the page's socket was accepted.
document.addEventListener("live.connected", () => {
  const { dataset } = document.documentElement;
  dataset.connections = Number(dataset.connections ?? 0) + 1;
});
"""
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@dataclass
class Person:
    """Somebody in front of a browser.

    `faults` is what went wrong in it, except for what has the words of one that is `forgiven`; `requests` is what it
    sent, `heard` the messages of its pages' sockets.
    """

    name: str
    url: str
    context: BrowserContext
    page: Page
    email: str
    faults: list[str] = field(default_factory=list, repr=False)
    forgiven: list[str] = field(default_factory=list, repr=False)
    requests: list[Request] = field(default_factory=list, repr=False)
    heard: list[dict[str, object]] = field(default_factory=list, repr=False)

    def sign_up(self, address: str = "/accounts/signup/") -> None:
        """Make an account, from the page that leads there, and wait for its key in this browser."""
        self.open(address)
        if "/signup/" not in self.page.url:
            self.page.get_by_role("main").get_by_role("link", name="Sign up", exact=True).click()
        self.page.get_by_label("Name", exact=True).fill(self.name)
        self.page.get_by_label("Email", exact=True).fill(self.email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.press("Sign up")
        expect(self.page.locator("[data-key-state=ready]")).to_be_visible()

    def arrive(self) -> None:
        """Have an account, a session and a key that this browser holds, without the pages that lead there."""
        self.has_account()
        self.open("/keys/welcome/")
        expect(self.page.locator("[data-key-state=ready]")).to_be_visible()

    def has_account(self) -> None:
        """Have an account and a session, without any key."""
        self.context.request.get(f"{self.url}/accounts/signup/")
        self.send_form("/accounts/signup/", name=self.name, email=self.email, password1=PASSWORD)

    def log_in(self) -> None:
        self.open("/accounts/login/")
        self.page.get_by_label("Email", exact=True).fill(self.email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.press("Log in")
        expect(self.page.locator("body[data-user]")).to_be_attached()
        # The way goes by /keys/add/, which passes on at once where this browser holds a key.
        self.page.wait_for_load_state("networkidle")

    def make_group(self, name: str, *, joining: str = "By invitation", description: str = "") -> str:
        """Make a group; its slug."""
        self.open("/groups/new/")
        self.page.get_by_label("Name", exact=True).fill(name)
        self.page.get_by_label("Description", exact=True).fill(description)
        self.page.get_by_label(joining, exact=True).check()
        self.press("Create group")
        expect(self.page.locator(".masthead__name")).to_be_visible()
        return self.path.split("/")[2]

    def invite(self, slug: str) -> str:
        """Make an invitation link; its address."""
        self.open(f"/groups/{slug}/members/")
        self.press("Create invitation link")
        link = self.page.get_by_role("link", name=f"{self.url}/join/").get_attribute("href")
        assert link is not None
        return link

    def join(self, link: str) -> None:
        self.open(link)
        self.press("Join")
        expect(self.page.get_by_role("link", name="New post", exact=True)).to_be_visible()

    def has_group(self, name: str, *, joining: str = "invitation", description: str = "") -> str:
        """Have made a group, without its page; its slug."""
        answer = self.send_form("/groups/new/", name=name, joining=joining, description=description)
        return answer.headers["location"].split("/")[2]

    def has_link(self, slug: str) -> str:
        """Have made an invitation link, without its page; its address."""
        (link,) = set(
            re.findall(r'href="([^"]*/join/[^"]+)"', self.send_form(f"/groups/{slug}/invitations/").text())
        )
        return str(link)

    def has_joined(self, link: str) -> None:
        """Have joined by a link, or the open group of this slug, without its page."""
        self.send_form(urlsplit(link).path if "/" in link else f"/groups/{link}/join/")

    def write(self, slug: str, *, title: str, text: str) -> None:
        """Open the page to write on and fill it in."""
        self.open(f"/groups/{slug}/posts/new/")
        self.page.get_by_label("Title", exact=True).fill(title)
        self.page.get_by_label("Text", exact=True).focus()
        # In the place of a draft from last time, if there is one.
        self.page.keyboard.press("Control+A")
        self.paste(text)

    def publish(self, slug: str, *, title: str, text: str) -> str:
        """Write, publish and wait, without reloading, until it is published; the post's path."""
        self.write(slug, title=title, text=text)
        self.press("Publish")
        expect(self.article).to_have_attribute("data-state", "published")
        return self.path

    def read(self, post: str) -> Locator:
        """Open a post and wait until it is decrypted; the element of its text."""
        self.open(post)
        expect(self.article).to_have_attribute("data-access", "open")
        return self.body

    def paste(self, text: str) -> None:
        """Paste a text of any length where the focus is, as whoever wrote it elsewhere does."""
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        self.page.keyboard.press("Control+V")
        self.context.clear_permissions()

    def open(self, address: str) -> int:
        """Go to an address or a path of the site; the status of the answer."""
        response = self.page.goto(address if "://" in address else f"{self.url}{address}")
        assert response is not None
        return response.status

    def stay(self, address: str) -> None:
        """Go to a page that is to hear news, and wait until it does."""
        self.open(address)
        self.hears(1)

    def hears(self, times: int) -> None:
        """Wait until the page's socket was accepted for that many times."""
        expect(self.page.locator("html")).to_have_attribute("data-connections", str(times))

    def another_tab(self, address: str) -> "Person":
        """The same person in the same browser, in front of one more tab."""
        tab = replace(self, page=self.context.new_page())
        tab.page.set_default_timeout(SECONDS_TO_WAIT * 1000)
        tab.stay(address)
        return tab

    def forgive(self, words: str) -> None:
        """Forget the faults with these words: the test means them.

        A console may say them a moment later, so those to come until the test's end are forgotten, too.
        """
        self.forgiven.append(words)
        self.faults[:] = [fault for fault in self.faults if words not in fault]

    def went_wrong(self, fault: str) -> None:
        """Remember a fault that nobody means."""
        if not any(words in fault for words in self.forgiven):
            self.faults.append(fault)

    def send(self, path: str, members: object) -> APIResponse:
        """Post JSON with this browser's session, as another program would."""
        headers = {
            "X-CSRFToken": self._token,
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        return self.context.request.post(f"{self.url}{path}", data=json.dumps(members), headers=headers)

    def send_form(self, path: str, **fields: str) -> APIResponse:
        """Post a form with this browser's session, as its page does; the answer leads on or is a page."""
        address, headers = f"{self.url}{path}", {"X-CSRFToken": self._token}
        form: dict[str, str | float | bool] = {**fields}
        answer = self.context.request.post(address, form=form, headers=headers, max_redirects=0)
        assert answer.status in {200, 302}, answer.text()
        return answer

    @property
    def _token(self) -> str:
        return next(
            each.get("value", "") for each in self.context.cookies() if each.get("name") == "csrftoken"
        )

    def press(self, name: str) -> None:
        """Press the button with exactly this name in the page, or in the dialog that is open."""
        # Behind another tab a page is drawn once a second, and a click waits for two frames.
        self.page.bring_to_front()
        # Looked for together: a dialog may open or close in between.
        scope = self.page.locator("dialog[open], body:not(:has(dialog[open])) main")
        scope.get_by_role("button", name=name, exact=True).click()

    def give_password(self) -> None:
        """On the page that asks for it once more; it leads back to the page before."""
        expect(self.page.get_by_role("heading", name="Is it you?", exact=True)).to_be_visible()
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.press("Confirm")

    def press_and_confirm(self, name: str, done: Locator) -> None:
        """Press what needs the password once more, if the last time is a while ago, until it is done."""
        self.press(name)
        asked = self.page.get_by_role("heading", name="Is it you?", exact=True)
        expect(done.or_(asked).first).to_be_visible()
        if asked.is_visible():
            self.give_password()
            self.press(name)
            expect(done.first).to_be_visible()

    def open_own_keys(self) -> None:
        """Go to the page of keys, and open the part about keys in files."""
        self.open("/keys/")
        self.page.get_by_text("Keys of my own", exact=True).click()

    def export_key(self) -> str:
        """The private half of the account's key, as its file; nothing of it stays in the temporary folder."""
        self.open_own_keys()
        self.press("Export key")
        self.give_password()
        # It comes back to the part of the page that it was in.
        with self.page.expect_download() as download:
            self.press("Export key")
        pem = download.value.path().read_text()
        download.value.delete()
        return pem

    def status(self, path: str) -> int:
        """The status of an address, asked by this browser, redirects not followed."""
        return self.context.request.get(f"{self.url}{path}", max_redirects=0).status

    @property
    def uid(self) -> str:
        """As the page that is open names it."""
        uid = self.page.locator("body").get_attribute("data-user")
        assert uid is not None
        return uid

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def article(self) -> Locator:
        return self.page.locator("article.post")

    @property
    def body(self) -> Locator:
        return self.page.get_by_test_id("post-body")


def enter(browser: Browser, url: str, name: str, **options: object) -> Person:
    """Somebody new, with an empty browser profile; `options` are those of the browser's context."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    email = f"{name.split()[0].lower()}-{secrets.token_hex(4)}@example.org"
    person = Person(name=name, url=url, context=context, page=context.new_page(), email=email)
    watch(person)
    return person


def watch(person: Person) -> None:
    """Write down what goes wrong in this browser, and what it asks of anybody but the site."""
    own = urlsplit(person.url).netloc

    def on_console(message: ConsoleMessage) -> None:
        # A page that is refused is no fault; the browser logs a refused answer as a failed load.
        if message.type in {"error", "warning"} and not REFUSED.match(message.text):
            person.went_wrong(f"{message.type} on {person.page.url}: {message.text}")

    def on_error(error: WebError) -> None:
        person.went_wrong(f"exception on {person.page.url}: {error.error}")

    def on_dialog(dialog: Dialog) -> None:
        # 'Leave the page?' is the browser's own; whoever leaves in these tests means it.
        if dialog.type == "beforeunload":
            dialog.accept()
        else:
            person.went_wrong(f"{dialog.type} on {person.page.url}: {dialog.message}")
            dialog.dismiss()

    def on_request(request: Request) -> None:
        person.requests.append(request)
        address = urlsplit(request.url)
        if address.netloc != own and address.scheme not in {"data", "blob"}:
            person.went_wrong(f"request from {person.page.url} to {request.url}")

    def on_page(page: Page) -> None:
        page.on("websocket", on_socket)

    def on_socket(socket: WebSocket) -> None:
        socket.on("framereceived", on_frame)

    def on_frame(payload: str | bytes) -> None:
        message = json.loads(payload)
        if message.get("type") != "heartbeat":
            person.heard.append(message)

    on_page(person.page)
    person.context.on("page", on_page)
    person.context.add_init_script(REPORTER)
    person.context.on("console", on_console)
    person.context.on("weberror", on_error)
    person.context.on("dialog", on_dialog)
    person.context.on("request", on_request)
