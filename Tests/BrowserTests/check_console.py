#!/usr/bin/env python3
"""Drives a real browser through the console. Reads what it needs to know as JSON on its input; BrowserTests starts it."""
import json
import sys
import traceback
import urllib.request

from devtools import Browser, BrowserError

given = json.load(sys.stdin)
base = given["address"]
# Refusals that the checks provoke; the browser writes each down as an error of the page.
expected = ["status of 401", "status of 400", "status of 403", "status of 404", "status of 503"]


def check(holds, what):
    if not holds:
        raise AssertionError(what)


def sign_in(page, token, to="/search"):
    page.go(base + to)
    if "/sign-in" in page.address():
        page.run(f"document.querySelector('[name=token]').value = {json.dumps(token)}")
        page.after(lambda: page.click("form:has([name=token]) [type=submit]"))
    check(page.address() == base + to, f"sign-in led to {page.address()} and not to {to}")


def signing_in(browser):
    page = browser.page(browser.context())
    page.size(1280, 900)
    page.go(base + "/search?q=cache")
    check("/sign-in?to=" in page.address(), "a page without a session leads to the sign-in")
    page.click("[name=token]")
    page.type("wrong")
    page.after(lambda: page.press("Enter"))
    check(page.count("[role=alert]") == 1, "a wrong token is refused in words")
    page.click("[name=token]")
    page.type(given["admin"])
    page.after(lambda: page.press("Enter"))
    check(page.address() == base + "/search?q=cache", "the sign-in leads back")
    check("gantry-session" not in page.run("document.cookie"), "a script can read the session")
    return page


def searching(page):
    page.go(base + "/search")
    all_lines = page.count(".record")
    page.press("/")
    check(page.run("document.activeElement.matches('main [name=q]')"), "/ leads to the search of the page")
    page.type("level:error timeout")
    page.after(lambda: page.press("Enter"))
    found = page.count(".record")
    check(0 < found < all_lines, f"a search narrows: {found} of {all_lines}")
    check(page.count(".record mark") >= found, "what was searched for is marked")
    page.click(".record summary")
    page.until(lambda: page.count(".record-fields dt") > 5, "a line opens to its fields")
    page.after(lambda: page.click(".record-fields a[href*='status']"))
    check("status%3A" in page.address() and page.count(".record") == found, "a field becomes a filter")
    page.go(base + "/search")
    bars = page.count(".chart-hit")
    page.after(lambda: page.drag(".chart-hit", bars - 20, bars - 4))
    check("from=" in page.address() and page.count(".chip") == 1, "drawing over the histogram narrows the time")
    page.go(base + "/search?q=level:%20error")
    check(page.count(".mistake-mark") == 1, "a mistake is marked")
    check(page.run("document.querySelector('main [name=q]').ariaInvalid") == "true", "the field says that it is wrong")


def hostile_lines(page):
    page.go(base + "/search?q=hostile")
    check(page.count(".record") > 0 and page.run("window.hacked === undefined"), "a line of a log ran")
    page.click(".record summary")
    page.until(lambda: page.count(".record-fields dt") > 5, "a hostile line opens")
    check(page.run("window.hacked === undefined") and page.count("main img, main script") == 0, "a line's fields ran")
    check("⟨ESC⟩" in page.text(".record"), "control characters are shown")


def live_log(page):
    page.go(base + "/search?live=1&q=tick")
    before = page.count(".record")
    page.until(lambda: page.count(".record") >= before + 2, "new lines come")
    first = page.run("document.querySelector('.record .log-text').innerText.match(/\\d+/)[0] * 1")
    page.click("[data-pause]")
    held = page.count(".record")
    page.until(lambda: "·" in page.text("[data-pause]"), "a pause says how many lines wait")
    check(page.count(".record") == held, "a paused log moved")
    page.click("[data-pause]")
    page.until(lambda: page.count(".record") > held, "after a pause the lines are there")
    numbers = page.run("[...document.querySelectorAll('.record .log-text')].map((t) => t.innerText.match(/\\d+/)[0] * 1)")
    check(numbers == sorted(numbers, reverse=True) and len(set(numbers)) == len(numbers), "each line once, newest first")
    check(numbers[0] > first, "the newest stands on top")


def looks(page):
    page.go(base + "/search")
    page.click(".menu:has([data-language]) summary")
    page.after(lambda: page.click("[data-language=zh]"))
    check(page.run("document.documentElement.lang") == "zh-Hans" and "日志" in page.text("h1"), "the language changes")
    page.click(".theme-menu summary")
    page.click("[data-theme-choice=dark]")
    check(page.run("document.documentElement.dataset.theme") == "dark", "the theme changes at once")
    page.go(base + "/calls")
    check(page.run("document.documentElement.dataset.theme") == "dark" and "调用" in page.text("h1"), "choices stay")
    page.click(".menu:has([data-language]) summary")
    page.after(lambda: page.click("[data-language=en]"))
    page.click(".theme-menu summary")
    page.click("[data-theme-choice=system]")


def keyboard(page):
    page.go(base + "/search")
    page.press("g")
    page.after(lambda: page.press("c"))
    check(page.address() == base + "/calls", "g c leads to the calls")
    page.go(base + "/search")
    page.press("j")
    page.press("j")
    page.press("Enter")
    page.until(lambda: page.count(".record:nth-child(2) .record-fields dt") > 3, "j and Enter open the second line")
    page.go(base + "/calls")
    page.press("?")
    page.until(lambda: page.run("document.getElementById('shortcuts').open"), "? shows the shortcuts")
    page.press("Escape")
    page.until(lambda: not page.run("document.getElementById('shortcuts').open"), "Escape closes them")
    page.press("j")
    check(page.run("document.activeElement.tagName") == "TR", "j goes to a row")
    page.after(lambda: page.press("Enter"))
    check("caller=" in page.address() and page.count("figure") == 3, "Enter opens the pair with its two sides")


def traces(page):
    page.go(base + "/calls")
    page.after(lambda: page.click("a[href^='/traces/']"))
    trace = page.address()
    check(page.count(".waterfall-row") > 3 and page.count(".span-missing") == 1, "the trace is a tree that says what is missing")
    page.after(lambda: page.click(".waterfall-name a", 2))
    check("?span=" in page.address() and page.count(".span-chosen") == 1, "a span is chosen")
    page.run("history.back()")
    page.until(lambda: page.address() == trace and page.count(".span-chosen") == 0, "back leads back")
    page.after(lambda: page.click(".record-lines a, .log-bar a"))
    check("trace_id" in page.address() and page.count(".record") > 0, "the trace leads to its lines")


def narrow(page):
    page.size(390, 844)
    for address in ["/search", "/calls", "/calls?service=yidian/article", "/traces", given["trace"], "/search?q=level:"]:
        page.go(base + address)
        check(page.run("document.documentElement.scrollWidth <= innerWidth"), f"{address} is wider than a phone")
    page.click(".bar > [popovertarget=navigation]")
    page.until(lambda: page.run("document.getElementById('navigation').matches(':popover-open')"), "the menu opens")
    page.size(1280, 900)


def ends_of_sessions(browser):
    shared = browser.context()
    one, two = browser.page(shared), browser.page(shared)
    for page in [one, two]:
        page.size(1280, 900)
    sign_in(one, given["admin"])
    two.go(base + "/calls")
    check(two.address() == base + "/calls", "two tabs share a session")
    one.click(".user-menu summary")
    one.after(lambda: one.click("form[action='/sign-out'] button"))
    check("/sign-in" in one.address(), "signing out leads to the sign-in")
    one.run("history.back()")
    one.until(lambda: "/sign-in?to=" in one.address() and one.count("[name=token]") == 1, "after a sign-out the way back asks for a sign-in")
    check(one.count(".record") == 0, "the back button brought a page back after a sign-out")
    two.after(lambda: two.click(".nav-link[href='/search']"))
    check("/sign-in?to=" in two.address(), "the other tab is signed out, too")
    # A session ends with the token that it came from, as it ends with its time.
    sign_in(two, given["short"]["text"])
    revoke = urllib.request.Request(
        f"{base}/v1/tokens/{given['short']['id']}", method="DELETE", headers={"Authorization": f"Bearer {given['admin']}"})
    urllib.request.urlopen(revoke).close()
    two.after(lambda: two.click(".nav-link[href='/calls']"))
    check("/sign-in?to=/calls" in two.address(), "a session that has ended asks for a sign-in")
    sign_in(two, given["admin"], "/calls")
    return [one, two]


def main():
    failures = []
    with Browser() as browser:
        pages = []

        def attempt(work, *arguments):
            try:
                return work(*arguments)
            except (AssertionError, BrowserError) as error:
                failures.append(f"{work.__name__}: {error}")
                traceback.print_exc()
                if pages and given.get("pictures"):
                    pages[0].picture(f"{given['pictures']}/{work.__name__}.png")
                return None

        page = attempt(signing_in, browser)
        if page:
            pages.append(page)
            for work in [searching, hostile_lines, live_log, looks, keyboard, traces, narrow]:
                attempt(work, page)
        pages += attempt(ends_of_sessions, browser) or []
        for page in pages:
            failures += [f"the browser complains: {text}" for text in page.complaints if not any(word in text for word in expected)]
            failures += [f"a request leads elsewhere: {url}" for url in page.requests if not url.startswith((base, "data:", "about:"))]
    for failure in failures:
        print(failure)
    sys.exit(1 if failures else 0)


main()
