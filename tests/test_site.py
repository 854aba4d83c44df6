"""The web page, the slides and the handouts, built as make site, make slides and make handout build
them, and read as a browser reads them.

What needs a browser is skipped where Chromium or Playwright is not installed, but never where
CI=true.
"""

import html.parser
import json
import os
import re
import subprocess
import sys
import urllib.parse

import nbformat
import pytest

import browser
from test_thread import THREAD, WITHOUT_CHECK

pytestmark = pytest.mark.slow
BUILD = browser.ROOT / "notebooks" / "site" / "build.py"
STEMS = [path.stem for path in sorted((browser.ROOT / "notebooks").glob("*.ipynb"))]
SETS = [
    path.relative_to(browser.ROOT).with_suffix(".html").as_posix()
    for path in sorted((browser.ROOT / "exercises").glob("*/*.ipynb"))
]
EXPLORERS = {  # (notebook, id of a cell whose stored output holds a still picture): its sentence
    (stem, cell.id): cell.outputs[0].data["text/plain"]
    for stem in STEMS
    for cell in nbformat.read(browser.ROOT / "notebooks" / f"{stem}.ipynb", as_version=4).cells
    if "bpkit-still" in str(cell.get("outputs"))
}
STATED = [item for items in THREAD.values() for item in items]
CANNOT_HOLD_A_LINK = {
    "a",
    "code",
    "pre",
    "script",
    "style",
    "summary",
    "title",
    "h1",
    "h2",
    "h3",
    "h4",
    "math",
    "cell_output",
}
VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}

needs_browser = pytest.mark.skipif(not browser.is_here(), reason=browser.NOT_HERE)


class Page(html.parser.HTMLParser):
    """What these tests look at in a page."""

    def __init__(self, path):
        super().__init__()
        self.path, self.ids, self.links, self.fetched, self.pictures, self.open = (
            path,
            [],
            [],
            [],
            [],
            [],
        )
        self.prose, self.formulas, self.explorers = [], 0, {}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids += filter(None, [given.get("id")])
        if tag == "a" and given.get("href"):
            self.links.append((given["href"], given.get("title"), self.around()))
        if tag == "link" and given.get("rel") not in (
            "search",
            "next",
            "prev",
            "index",
            "canonical",
        ):
            self.fetched.append(given["href"])
        self.fetched += [
            given[name] for name in ("src", "srcset", "data", "poster") if given.get(name)
        ]
        if "data-explorer" in given:
            self.explorers[given["data-explorer"]] = json.loads(given["data-controls"])
        self.pictures += [given] if tag == "img" else []
        self.formulas += "math" in (given.get("class") or "").split()
        if tag not in VOID:
            self.open.append((tag, {tag, *(given.get("class") or "").split()}))

    def handle_endtag(self, tag):
        while tag in (opened for opened, _ in self.open) and self.open.pop()[0] != tag:
            pass

    def around(self):
        """Tags and classes of what is open."""
        return set().union(*(names for _, names in self.open))

    def handle_data(self, data):
        around = self.around()
        if "style" in around:
            self.fetched += re.findall(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']([^\"']+)", data)
        if "article" in around and not CANNOT_HOLD_A_LINK & around:
            self.prose.append(("strong" in around, data))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with site, slides of all notebooks, and the handout of notebook 05; none of them is
    built with a warning. The explorers are stills. Site and slides of make test-moving, whose
    explorers move, were built before it, once for all processes."""
    if browser.WEB:
        return (browser.ROOT / browser.WEB).parent
    folder = tmp_path_factory.mktemp("built")
    for kind, *numbers in (("site",), ("slides",), ("handout", "05")):
        done = subprocess.run(
            [sys.executable, BUILD, kind, *numbers, "--to", folder / kind],
            capture_output=True,
            text=True,
            env={**os.environ, "STILLS": "yes"},
        )
        assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(folder):
    """{path below the folder: the page} of everything that was built."""
    return {
        path.relative_to(folder).as_posix(): Page(path)
        for kind in ("site", "slides", "handout")
        for path in sorted((folder / kind).rglob("*.html"))
    }


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=browser.CHROMIUM, args=browser.FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def opened(chromium, folder):
    """opened(path) is that page once its formulas are drawn. At the end nothing was asked of a
    network, nothing was missing, no error came."""
    context, complaints = chromium.new_context(viewport={"width": 1280, "height": 720}), []

    def open_page(path, query="", **emulated):
        page = context.new_page()
        page.on(
            "request",
            lambda request: (
                complaints.append(request.url)
                if not request.url.startswith(("file:", "data:"))
                else None
            ),
        )
        page.on("requestfailed", lambda request: complaints.append("missing " + request.url))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_viewport_size({"width": emulated.pop("width", 1280), "height": 720})
        page.emulate_media(**emulated)
        page.goto((folder / path).as_uri() + query)
        page.wait_for_selector("html[data-ready]", timeout=60_000)
        return page

    yield open_page
    context.close()
    assert complaints == []


def test_all_is_there(pages):
    expected = [
        "site/index.html",
        "site/equations.html",
        "site/search.html",
        *(f"site/{name}" for name in SETS),
        *(f"site/notebooks/{stem}.html" for stem in STEMS),
        *(f"slides/{stem}.html" for stem in STEMS),
        *(f"handout/{stem}.html" for stem in STEMS if stem.startswith("05")),
    ]
    assert sorted(pages) == sorted(expected)


def test_every_link_leads_somewhere(pages, folder):
    for name, page in pages.items():
        assert page.links, name
        for href, _, _ in page.links:
            link = urllib.parse.urlsplit(href)
            if link.scheme in ("http", "https"):
                continue
            target = (
                (page.path.parent / urllib.parse.unquote(link.path)).resolve()
                if link.path
                else page.path
            )
            assert target.is_file() and target.is_relative_to(folder), (name, href)
            if link.fragment:
                assert (
                    urllib.parse.unquote(link.fragment)
                    in pages[target.relative_to(folder).as_posix()].ids
                ), (name, href)


def test_nothing_is_fetched_from_elsewhere(pages, folder):
    for name, page in pages.items():
        for source in page.fetched:
            assert not re.search(r"^(https?:)?//", "".join(source)), (name, source)
            assert not name.startswith("handout") or "".join(source).startswith("data:"), (
                name,
                source,
            )
    for path in folder.rglob("*.css"):
        assert not re.search(
            r"(url\(\s*|@import\s+)[\"']?(https?:)?//", path.read_text(encoding="utf-8")
        ), path


def test_pictures_have_alternative_text(pages):
    for name, page in pages.items():
        for picture in page.pictures:
            assert len(picture.get("alt") or "") >= 20, (name, str(picture)[:200])
    assert pages["site/notebooks/05_reference_example.html"].pictures


def test_each_equation_can_be_linked_to_and_is(pages):
    site = {name: page for name, page in pages.items() if name.startswith("site/")}
    linked = {href.partition("#")[2] for page in site.values() for href, _, _ in page.links}
    for item in STATED:
        for anchor in [
            f"eq-{item.lower()}",
            *([] if item in WITHOUT_CHECK else [f"check-{item.lower()}"]),
        ]:
            assert sum(page.ids.count(anchor) for page in site.values()) == 1, anchor
            assert anchor in linked, anchor
            assert f"#{anchor}" in " ".join(
                href for href, _, _ in site["site/equations.html"].links
            ), anchor


def test_equations_are_linked_in_prose_and_nowhere_else(pages):
    names = "|".join(STATED)
    for name, page in pages.items():
        if name.startswith("site/"):
            for is_strong, text in page.prose:
                label = (
                    re.match(rf"({names})[,.: ]", text) if is_strong else None
                )  # the name that a statement begins with
                if label and f"eq-{label[1].lower()}" in page.ids:
                    text = text[label.end() :]
                assert not re.search(rf"(?<![\w/.-])({names})(?!\w)", text), (name, text)
            for href, title, around in page.links:
                if title and title.endswith("is stated here"):
                    assert not CANNOT_HOLD_A_LINK & around, (name, href)
                    assert f"#eq-{title.split()[0].lower()}" in href


def test_the_front_page_leads_on_and_agrees_with_notebook_00(pages, folder):
    page = pages["site/index.html"]
    links = {href for href, _, _ in page.links}
    assert {*SETS, *(f"notebooks/{stem}.html" for stem in STEMS)} <= links
    start = (folder / "site" / "notebooks" / "00_start_here.html").read_text(encoding="utf-8")
    front = page.path.read_text(encoding="utf-8").split("<article")[1]
    tables = [
        re.findall(r"<td><p>(?:<a .*?>)?(.*?)(?:</a>)?</p></td>", text.split("</table>")[0])
        for text in (front, start.split('<section id="where-does-the-course-lead">')[1])
    ]
    assert tables[0] == tables[1] and len(tables[0]) == 3 * (len(STEMS) - 1)
    said = " ".join(text for _, text in page.prose)
    minutes = re.search(r"About (\d+) minutes", start)[1]
    assert f"which takes about {minutes} minutes" in said
    for sentence in ("about fourteen hours", "about two hours", "what a derivative"):
        assert sentence in said and sentence in start, sentence
    assert re.findall(r"\bmake \w+", re.sub("<.*?>", "", front)) == ["make lab"]
    assert not re.search(r"\{\w+\}", said), "a part was not filled in"


@needs_browser
def test_the_moving_picture_can_be_stopped_and_stands_still_where_no_motion_is_wanted(opened):
    page = opened("site/index.html")
    picture = page.locator(".cover img")
    shown = lambda: picture.evaluate("image => image.currentSrc").rpartition("/")[2]  # noqa: E731
    assert shown() == "cover.gif"
    for name, then in (("Stop the picture", "cover.png"), ("Let the picture move", "cover.gif")):
        page.get_by_role("button", name=name).press("Enter")
        page.wait_for_function(
            f"document.querySelector('.cover img').currentSrc.endsWith('{then}')"
        )
    page = opened("site/index.html", reduced_motion="reduce")
    assert page.locator(".cover img").evaluate("image => image.currentSrc").endswith("cover.png")
    assert page.get_by_role("button", name="picture").count() == 0


def test_each_page_leads_to_its_notebook_in_a_browser_tab_where_that_is_there(tmp_path):
    sys.path.insert(0, str(BUILD.parent))
    import build

    for lite in (False, True):
        source = tmp_path / str(lite)
        build.gather(source, {}, lite)
        for path in sorted(source.rglob("*.ipynb")):
            first = nbformat.read(path, as_version=4).cells[0].source
            at = path.relative_to(source).as_posix()
            link = "../" * at.count("/") + f"../lite/lab/index.html?path={at}"
            assert (f'href="{link}"' in first) == lite
            assert build.STORED in first
        front = (source / "index.md").read_text(encoding="utf-8")
        assert ('href="../lite/lab/index.html?path=notebooks/00_start_here.ipynb"' in front) == lite
        assert "Run All" not in front, "a page cannot"


@needs_browser
def test_where_the_site_is_opened_from_files_no_link_leads_to_a_tab_that_needs_a_server(opened):
    page = opened("site/index.html")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p class=run>Run this</p>')")
    page.evaluate("hideWhatNeedsAServer()")
    assert page.locator(".run").is_hidden()


@needs_browser
@pytest.mark.parametrize("stem", ["03_deriving_the_gradients", "05_reference_example"])
def test_formulas_are_drawn_without_a_network(opened, pages, stem):
    page = opened(f"site/notebooks/{stem}.html")
    assert (
        page.locator("mjx-container svg").count()
        == pages[f"site/notebooks/{stem}.html"].formulas
        > 20
    )
    assert page.locator("[data-mjx-error]").count() == 0


@needs_browser
def test_search_finds(opened):
    page = opened("site/search.html", "?q=Heaviside")
    page.wait_for_selector("#search-results li", timeout=20_000)
    assert "08 Activations and depth" in page.locator("#search-results").inner_text()


def faults(page, skip=()):
    """What axe finds; the kinds of elements in `skip` are emptied before, and formulas.

    Axe cannot read formulas, which have MathML for screen readers, so it takes a heading of
    formulas alone for an empty one.
    """
    left_out = ["mjx-container", *skip]
    page.evaluate(
        "kinds => document.querySelectorAll(kinds).forEach(element => element.replaceChildren())",
        ", ".join(left_out),
    )
    return browser.faults(
        page,
        {"exclude": [[kind] for kind in left_out]},
        rules={"empty-table-header": {"enabled": False}},
    )


def assert_accessible_and_fits_a_phone(page, name):
    """A page that was opened 390 pixels wide. A handout has the texts and outputs of its page, so
    that one of them stands for all."""
    open_answers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
    if name.startswith("site/") or "05_" in name:
        page.set_viewport_size({"width": 1280, "height": 720})
        assert faults(page, skip=["pre"]) == [], name


@needs_browser
def test_pages_are_accessible_and_fit_a_phone(opened, pages):
    """Those of notebooks with predictions, which take long to open, are looked at below, where they
    are open anyway."""
    for name in pages:
        if name.startswith(("site/", "handout/")) and name not in ASKING.values():
            page = opened(name, width=390)
            assert_accessible_and_fits_a_phone(page, name)
            page.close()


VIEWS = [("light", 1280), ("dark", 1280), ("light", 390)]


@needs_browser
@pytest.mark.parametrize("name", ["index", "equations", "notebooks/03_deriving_the_gradients"])
def test_code_is_accessible_too_in_light_and_dark_and_on_a_phone(opened, name):
    page = opened(f"site/{name}.html")

    def assert_accessible():
        for colours, width in VIEWS:
            page.emulate_media(color_scheme=colours)
            page.set_viewport_size({"width": width, "height": 720})
            assert faults(page) == [], (colours, width)

    assert_accessible()
    for question in page.locator(".asked").all():
        question.get_by_role("button").nth(1).press("Enter")
    assert closed(page) == 0
    assert_accessible()  # with its answers open


def open_answers(page):
    page.evaluate("document.querySelectorAll('.closed button').forEach(one => one.click())")


PREDICTIONS = {
    path.stem: path.read_text(encoding="utf-8").count("> - (a) ")
    for path in sorted((browser.ROOT / "notebooks").glob("*.ipynb"))
}
COMPUTATIONS = {
    path.stem: path.read_text(encoding="utf-8").count("**Compute.**")
    for path in sorted((browser.ROOT / "notebooks").glob("*.ipynb"))
}
for stem in ("08_activations_and_depth", "09_learned_features"):
    COMPUTATIONS[stem] += 1  # asked of an explorer, and answered below it
ASKING = {stem: f"site/notebooks/{stem}.html" for stem in STEMS if PREDICTIONS[stem]}
TURN = "02_networks_and_error"  # its second prediction has hints and code before its answer
STATEMENTS = "03_deriving_the_gradients"  # D7 is stated and checked before an answer


def closed(page):
    return page.locator(".until-predicted[hidden]").count()


def seen(page, text):
    """Whether a browser would show and read out what has this text."""
    return page.get_by_text(text).first.evaluate(
        "element => element.checkVisibility({visibilityProperty: true})"
    )


@needs_browser
@pytest.mark.parametrize("stem", ASKING)
def test_what_gives_an_answer_away_is_closed_to_its_end_and_then_the_page_is_accessible(
    opened, stem
):
    page, asked = opened(ASKING[stem], width=390), PREDICTIONS[stem]
    computed = COMPUTATIONS[stem]
    assert page.locator(".asked").count() == page.locator(".chosen").count() == asked
    assert page.locator(".until-predicted.computed").count() == computed
    assert closed(page) == page.locator(".until-predicted").count() == asked + computed
    wrong = page.evaluate("""() => {
        const [questions, parts, answers] = [".asked", ".until-predicted:not(.computed)", ".chosen"]
            .map(kind => [...document.querySelectorAll(kind)]);
        return parts.filter((part, number) => {
            let above = part.previousElementSibling;
            while (above.matches(".closed, .thread")) above = above.previousElementSibling;
            return above !== questions[number] || !part.contains(answers[number])
                || part.querySelector("h1, h2, h3") || part.getBoundingClientRect().height > 0;
        }).length; }""")
    assert wrong == 0
    open_below = page.evaluate("""() => [...document.querySelectorAll(".until-predicted")].filter(
        part => {
            let next = part.nextElementSibling;
            while (next?.matches(".thread")) next = next.nextElementSibling;
            return next && !next.matches("section");
        }).length""")
    assert open_below == 0, "what goes on from an answer gives it away, too"
    assert not seen(page, "What you predicted.")
    open_answers(page)
    assert closed(page) == 0 and seen(page, "What you predicted.")
    assert page.get_by_role("button", name="Show the answer").count() == 0
    assert_accessible_and_fits_a_phone(page, ASKING[stem])


@needs_browser
def test_a_choice_by_keyboard_is_answered_at_once_and_opens_the_answer(opened):
    page = opened(f"site/notebooks/{TURN}.html")
    question, others = page.locator(".asked").nth(1), closed(page) - 1
    status, buttons = question.get_by_role("status"), question.get_by_role("button")
    letters = [text.strip()[:3] for text in buttons.all_inner_texts()]
    assert letters == ["(a)", "(b)", "(c)"] and status.inner_text() == "Choose one."
    buttons.nth(0).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert status.inner_text() == (
        "Not this one. (b) would mean that multiplying entry by entry is enough, and nothing has "
        "to be summed."
    )
    pressed = buttons.evaluate_all("all => all.map(one => one.ariaPressed)")
    assert pressed == ["false", "true", "false"] and closed(page) == others
    assert page.evaluate("document.activeElement.textContent.startsWith('(b)')")
    answer = page.locator(".chosen").nth(1)
    assert answer.inner_text() == "You chose (b)." and seen(page, "It is the dangerous one")
    assert not seen(page, "leaves the bias out"), "the answer of another prediction"
    said = [status.inner_text()]
    verdicts = ("Not this one. (a) would mean", None, "This one. (c) means")
    for number, key in ((0, "Enter"), (2, "Space")):
        buttons.nth(number).press(key)
        said.append(status.inner_text())
        assert said[-1].startswith(f"{verdicts[number]} that ")
    after_that = {sentence.partition(" that ")[2] for sentence in said}
    assert len(after_that) == 3, "each answer has a sentence of its own"
    assert answer.inner_text() == "You chose (b) first, and then (c)."
    marks = [
        buttons.nth(number).evaluate("one => getComputedStyle(one, '::before').content[1]")
        for number in range(3)
    ]
    assert marks == ["○", "○", "◉"], "the mark of a choice is no verdict"
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert answer.inner_text() == "You chose (b) first, and then (c)."
    assert status.inner_text() == said[-1] and closed(page) == others, "a reload keeps it"


def test_each_prediction_has_one_right_option(pages):
    for stem in STEMS:
        page = pages[f"site/notebooks/{stem}.html"].path.read_text(encoding="utf-8")
        said = re.findall(
            r'<span class="meaning" hidden><strong>(.*?one)\.</strong> \(([a-d])\)', page
        )
        assert [verdict for verdict, _ in said].count("This one") == PREDICTIONS[stem], stem
        questions = "".join(letter for _, letter in said).split("a")[1:]
        assert len(questions) == PREDICTIONS[stem] and set(questions) <= {"bc", "bcd"}, stem


@needs_browser
def test_the_answer_opens_on_demand_and_the_keyboard_goes_on_in_it(opened):
    page = opened(f"site/notebooks/{TURN}.html")
    others = closed(page) - 1
    page.get_by_role("button", name="Show the answer").first.press("Enter")
    assert closed(page) == others and seen(page, "leaves the bias out")
    assert page.evaluate("document.activeElement.matches('.until-predicted:not([hidden])')")
    assert not page.locator(".chosen").first.is_visible()
    status = page.locator(".asked").first.get_by_role("status")
    assert status.inner_text() == "The answer is open below."


@needs_browser
def test_from_a_statement_to_a_check_that_is_closed_no_further_than_to_the_question(opened):
    page = opened("site/notebooks/05_reference_example.html")
    before, link = closed(page), page.get_by_role("link", name="Check of G3")
    link.press("Enter")
    assert closed(page) == before, "the answer stays closed"
    assert page.evaluate("document.activeElement.textContent") == "Show the answer"
    page.keyboard.press("Enter")
    link.press("Enter")
    page.wait_for_function("location.hash.startsWith('#check-g3')")
    assert page.get_by_text("Check of R1", exact=True).count() == 1


@needs_browser
@pytest.mark.parametrize("anchor", ["eq-d7", "check-d7"])
def test_a_link_into_what_is_closed_opens_it(opened, anchor):
    page = opened(f"site/notebooks/{STATEMENTS}.html", f"#{anchor}")
    asked = PREDICTIONS[STATEMENTS]
    assert closed(page) == asked - 1 and page.locator(f"#{anchor}").is_visible()
    page = opened(f"site/notebooks/{STATEMENTS}.html")
    assert closed(page) == asked
    page.evaluate(f"location.hash = '{anchor}'")
    page.wait_for_function(
        f"document.querySelectorAll('.until-predicted[hidden]').length < {asked}"
    )
    top = f"document.getElementById('{anchor}').getBoundingClientRect().top"
    page.wait_for_function(f"{top} > -5 && {top} < 700")
    assert closed(page) == asked - 1


@needs_browser
def test_a_search_for_words_in_what_is_closed_opens_it(opened):
    page = opened("site/search.html", "?q=dangerous")
    page.locator("#search-results li a", has_text="02 Networks").first.click()
    page.wait_for_selector("html[data-ready]")
    assert closed(page) == PREDICTIONS[TURN] - 1 and seen(page, "It is the dangerous one")


@needs_browser
def test_without_javascript_and_on_paper_all_is_open(chromium, opened, folder):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "site" / "notebooks" / f"{TURN}.html").as_uri())
    for text in ("It is the dangerous one", "leaves the bias out", "(c) 0.5769"):
        assert page.get_by_text(text).first.is_visible(), text
    assert page.get_by_text("would mean that").first.is_hidden()
    assert page.locator(".asked, .closed, article button").count() == 0
    context.close()
    page = opened(f"site/notebooks/{TURN}.html")
    page.emulate_media(media="print")
    assert closed(page) == PREDICTIONS[TURN] and seen(page, "It is the dangerous one")
    assert page.locator(".until-predicted").first.evaluate("one => one.offsetHeight") > 100
    assert not page.get_by_role("button", name="Show the answer").first.is_visible()
    folded = page.locator("article details:not([open])")
    before = folded.count()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert folded.count() == 0 < before, "paper cannot unfold"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert folded.count() == before
    wrap = page.locator("article pre").first.evaluate("one => getComputedStyle(one).whiteSpace")
    assert wrap.startswith("pre-wrap"), "paper cannot scroll"


@needs_browser
def test_wide_formulas_become_smaller_before_they_scroll(opened):
    for stem, width in (("05_reference_example", 1280), ("07_loss_surfaces", 420)):
        page = opened(f"site/notebooks/{stem}.html", width=width)
        open_answers(page)
        page.evaluate("window.dispatchEvent(new Event('resize'))")
        wide = page.evaluate(
            """() => [...document.querySelectorAll('mjx-container[display]')].filter(
            box => box.scrollWidth > box.clientWidth).map(box => box.textContent.slice(0, 80))"""
        )
        assert wide == [], (stem, width)
        assert page.locator(".back-to-top").is_hidden() or width > 1000


@needs_browser
def test_in_a_deck_a_choice_is_answered_and_the_keys_still_lead_on(opened):
    page = opened(f"slides/{TURN}.html")
    question = page.locator(".asked").first
    place = question.evaluate("quote => Reveal.getIndices(quote.closest('section'))")
    page.evaluate("place => Reveal.slide(place.h, place.v, -1)", place)
    while not question.is_visible() or not seen(page, "What is a"):
        page.keyboard.press("ArrowRight")
    state = "JSON.stringify(Reveal.getIndices())"
    before = page.evaluate(state)
    question.get_by_role("button").nth(1).focus()
    page.keyboard.press("Space")
    assert question.get_by_role("status").inner_text().startswith("(b) would mean that the sum")
    assert page.evaluate(state) == before, "the space bar chose, and did not lead on"
    assert faults(page) == []
    question.get_by_role("button").nth(2).click()
    page.keyboard.press("Space")
    assert page.evaluate(state) != before or page.evaluate("slide().scrollTop") > 0
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    assert page.locator(".chosen").first.inner_text() == "You chose (b) first, and then (c)."


@needs_browser
def test_a_deck_moves_on_by_arrow_keys_and_shows_what_it_comes_to(opened):
    page = opened("slides/09_learned_features.html")  # it has cells that are taller than the screen
    assert (
        page.locator("mjx-container svg").count() > 20
        and page.locator("[data-mjx-error]").count() == 0
    )
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    steps, before, unseen = 0, None, 0
    while not page.evaluate("Reveal.isLastSlide() && !Reveal.availableFragments().next"):
        page.keyboard.press("ArrowRight")
        place = page.evaluate("Reveal.getIndices()")
        now = place, page.evaluate("slide().scrollTop")
        assert now != before, "the key did not move on"
        assert not before or place == before[0] or unseen < 30, (before, "its foot was not shown")
        unseen = page.evaluate("below()")
        assert page.evaluate("slide().scrollWidth <= slide().clientWidth"), (
            now,
            "the slide is wider than the screen",
        )
        shown = page.evaluate("""() => {
            const last = [...slide().querySelectorAll('.fragment.current-fragment')].pop();
            if (!last) return true;
            const room = slide().getBoundingClientRect(), place = last.getBoundingClientRect();
            return place.top < room.bottom - 20 && place.bottom > room.top + 20; }""")
        assert shown, (now, "what came next is out of sight")
        steps, before = steps + 1, now
    assert steps > 30
    assert faults(page) == []
    page.evaluate("Reveal.slide(0)")
    page.keyboard.press("Alt+ArrowRight")
    assert page.evaluate("Reveal.getIndices().h") == 1, "Alt and the arrow go to the next slide"


@needs_browser
def test_a_handout_is_one_file_that_prints(opened, folder):
    (pdf,) = (folder / "handout").glob("*.pdf")
    assert pdf.read_bytes().startswith(b"%PDF") and pdf.stat().st_size > 100_000
    page = opened(f"handout/{pdf.stem}.html")
    assert (
        page.locator("mjx-container svg").count() > 20
        and page.locator("[data-mjx-error]").count() == 0
    )
    assert (
        page.locator("details").count() == 0
        and page.locator("[id^=answer-]").count() == page.locator("[id^=question-]").count() > 0
    )
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")


@browser.of_the_web
def test_each_explorer_has_controls_and_pictures_that_are_not_too_large(pages, folder):
    assert len(EXPLORERS) >= 13
    for kind, place in (("site", "notebooks/"), ("slides", "")):
        for stem in STEMS:
            cells = [cell for name, cell in EXPLORERS if name == stem]
            found = pages[f"{kind}/{place}{stem}.html"].explorers
            assert list(found) == cells and all(found.values()), (kind, stem)
            frames = [folder / kind / place / "frames" / f"{cell}.js" for cell in cells]
            assert sum(script.stat().st_size for script in frames) <= 6_000_000, (kind, stem)
            for cell, script in zip(cells, frames):
                code = script.read_text(encoding="utf-8")
                states = json.loads(code[code.index(",") + 1 : code.rindex(")")])["states"]
                start = ",".join(str(control["start"]) for control in found[cell])
                assert states[start][1] == EXPLORERS[stem, cell], "it starts as it is stored"


def shown(page, explorer):
    """The picture, its alternative text and the sentence, once the picture of the sentence has
    come."""
    page.wait_for_function(
        """id => { const still = document.querySelector(`[data-explorer="${id}"]`);
        return still.dataset.shown && still.querySelector('[role=status]').textContent
            .endsWith(still.querySelector('img').alt); }""",
        arg=explorer,
        timeout=30_000,
    )
    return page.evaluate(
        """id => { const still = document.querySelector(`[data-explorer="${id}"]`);
        const image = still.querySelector('img');
        return [image.src, image.alt, still.querySelector('[role=status]').textContent]; }""",
        explorer,
    )


def key_and_place(still, control):
    """What has the focus, and a key that moves the control from its start."""
    if control["kind"] == "choice":
        group = still.get_by_role("radiogroup", name=control["label"], exact=True)
        return group.locator("input:checked"), "ArrowDown"
    role = "combobox" if control["kind"] == "list" else "slider"
    at_end = control["start"] == len(control["texts"]) - 1
    key = {"combobox": "ArrowDown", "slider": "ArrowLeft" if at_end else "ArrowRight"}[role]
    return still.get_by_role(role, name=control["label"], exact=True), key


@browser.of_the_web
@needs_browser
@pytest.mark.parametrize("stem", dict.fromkeys(stem for stem, _ in EXPLORERS))
def test_each_control_of_an_explorer_moves_by_keyboard_and_reset_brings_it_back(
    opened, pages, stem
):
    name = f"site/notebooks/{stem}.html"
    page = opened(name)
    page.evaluate("document.querySelectorAll('.closed button').forEach(button => button.click())")
    for explorer, controls in pages[name].explorers.items():
        still = page.locator(f'[data-explorer="{explorer}"]')
        still.scroll_into_view_if_needed()
        first = shown(page, explorer)
        for control in controls:
            place, key = key_and_place(still, control)
            place.focus()
            page.keyboard.press(key)
            page.wait_for_function(
                "([image, src]) => image.src !== src",
                arg=[still.locator("img").element_handle(), first[0]],
                timeout=30_000,
            )
            moved = shown(page, explorer)
            assert all(now != before for now, before in zip(moved, first)), control
            assert moved[1] == moved[2], (control, "each value has its own picture")
            still.get_by_role("button", name="Reset").press("Enter")
            page.wait_for_function(
                "([image, src]) => image.src === src",
                arg=[still.locator("img").element_handle(), first[0]],
                timeout=30_000,
            )
            assert shown(page, explorer) == first, control


def test_all_buttons_of_an_explorer_are_drawn_together_and_each_picture_can_be_put_together():
    sys.path.insert(0, str(BUILD.parent))
    import frames

    controls = [
        ({"name": "plane", "kind": "choice", "start": 0}, ["a", "b", "c"]),
        ({"name": "learn", "kind": "choice", "start": 1}, ["x", "y"]),
        ({"name": "step", "kind": "slider", "start": 0}, [0, 1]),
    ]
    found = frames.states("an explorer", controls)
    assert {places[:2] for places in found} == {(a, b) for a in range(3) for b in range(2)}
    for name, combinations in frames.TOGETHER.items():
        assert any(cell == name for _, cell in EXPLORERS) and combinations
    together = frames.TOGETHER
    principal = {"plane": ["principal directions"], "learn": None, "step": None}
    assert principal in together["07-26"]
    assert any(both.get("second") == ["w_21^2"] for both in together["07-26"])
    assert any(50 in (both.get("step") or []) for both in together["07-18"])
    assert 78 in frames.NAMED["05-39", "seed"]


STAND_IN = """
const picture = colour => { const sheet = element('canvas', {width: 4, height: 2});
    Object.assign(sheet.getContext('2d'), {fillStyle: colour}).fillRect(0, 0, 4, 2);
    return sheet.toDataURL(); };
explorerFrames('stand-in', {ground: picture('#000'), pictures: [[null, picture('#f00')],
    [0, picture('#0f0')], [1, picture('#00f')]], states: {
    '0,0,0': [0, 'start'], '1,0,0': [1, 'other plane', ['weight']], '0,0,1': [2, 'far'],
    '0,1,0': [null, 'This cannot be drawn.'], '0,0,2': [2, 'far']}});
"""


@needs_browser
def test_a_picture_never_contradicts_a_button_and_another_one_than_asked_for_stands_out(opened):
    """A page with an explorer of three controls, whose pictures are given to it here."""
    page = opened("site/index.html")
    controls = [
        {"name": "plane", "label": "plane", "kind": "choice", "texts": ["a", "b"], "start": 0},
        {"name": "weight", "label": "weight", "kind": "list", "texts": ["u", "v"], "start": 0},
        {"name": "step", "label": "step", "kind": "slider", "texts": ["0", "1", "9"], "start": 0},
    ]
    page.evaluate(
        """controls => { document.querySelector('article').insertAdjacentHTML('beforeend',
        '<div class="bpkit-still" data-explorer="stand-in"><img alt="">' +
        '<p role="status"></p></div>');
        const still = document.querySelector('.bpkit-still');
        still.dataset.controls = JSON.stringify(controls);
        document.head.append = () => {};
        buildExplorer(still); still.querySelector('input').focus(); }""",
        controls,
    )
    page.evaluate(STAND_IN)
    still = page.locator(".bpkit-still")
    sentence, remark = still.get_by_role("status"), still.locator("[role=status] strong")
    assert sentence.inner_text() == "start" and remark.count() == 0
    room = sentence.evaluate("one => one.offsetHeight")
    still.get_by_role("radio", name="b").check()
    assert sentence.inner_text() == "other plane" and remark.count() == 0
    still.get_by_role("slider").press("End")
    assert remark.inner_text() == (
        "No picture was made for these values; the nearest one has step 0."
    )
    assert sentence.inner_text().endswith("other plane"), "the button that is lit has its picture"
    assert sentence.evaluate("one => one.offsetHeight") == room, "nothing is pushed down"
    style = "one => getComputedStyle(one).{}"
    assert remark.evaluate(style.format("borderTopStyle")) == "dashed"
    assert still.locator("img").evaluate(style.format("outlineStyle")) == "dashed"
    still.get_by_role("button", name="Reset").click()
    still.get_by_role("combobox").select_option("v")
    assert sentence.inner_text() == "This cannot be drawn." and remark.count() == 0
    assert still.locator("img").evaluate(style.format("visibility")) == "hidden"


@browser.of_the_web
@needs_browser
def test_a_combination_without_a_picture_says_so(opened):
    page = opened("site/notebooks/06_gradient_checking.html")
    open_answers(page)
    still = page.locator("[data-explorer='06-12']")
    still.get_by_role("slider", name="h").press("ArrowRight")
    still.get_by_role("radio").nth(1).check()
    _, words, sentence = shown(page, "06-12")
    remark = sentence.removesuffix(words)
    assert "bias" in words and re.match(r"No picture .* the nearest one has h \S+\. $", remark)


@browser.of_the_web
@needs_browser
def test_a_player_moves_on_until_it_is_paused(opened):
    page = opened("site/notebooks/00_start_here.html")
    still = page.locator("[data-explorer='00-17']")
    still.get_by_role("button", name="Play").press("Enter")
    page.wait_for_function("document.querySelector('[data-explorer] input').value === '1'")
    still.get_by_role("button", name="Pause").press("Enter")
    assert "After 10 updates" in shown(page, "00-17")[2]
    assert still.get_by_role("slider").get_attribute("aria-valuetext") == "10"
    page.wait_for_timeout(1200)
    assert still.get_by_role("slider").input_value() == "1"


@browser.of_the_web
@needs_browser
def test_in_a_deck_the_arrow_keys_move_the_slider_that_has_the_focus(opened):
    page = opened("slides/09_learned_features.html")
    page.evaluate(
        """() => { const slide = document.querySelector('[data-explorer]').closest('section');
        const place = Reveal.getIndices(slide); Reveal.slide(place.h, place.v, 99); }"""
    )
    place = page.evaluate("Reveal.getIndices()")
    still = page.locator("[data-explorer='09-13']")
    still.get_by_role("slider", name="sweeps").press("ArrowLeft")
    assert "Seed 3 after 1,000 sweeps" in shown(page, "09-13")[2]
    assert page.evaluate("Reveal.getIndices()") == place
    still.get_by_role("button", name="Play").press("Space")
    assert still.get_by_role("button", name="Pause").count() == 1
    assert page.evaluate("Reveal.getIndices()") == place
