#!/usr/bin/env python3
"""Drives a real browser over the pages of objects: a gate is decided, a log is followed. Reads what it needs to know as
JSON on its input; APITests starts it over a server of their own, and writes the log when a line asks for it."""
import json
import sys

from devtools import Browser, BrowserError

given = json.loads(sys.stdin.readline())
base = given["address"]


def check(holds, what):
    if not holds:
        raise AssertionError(what)


def ask(what):
    """Has the test do something on the server's side."""
    print(what, flush=True)
    check(sys.stdin.readline().strip() == "done", f"the test could not do: {what}")


def sign_in(page):
    page.go(base + "/sign-in?to=" + given["run"])
    page.run(f"document.querySelector('[name=token]').value = {json.dumps(given['token'])}")
    page.after(lambda: page.run("document.querySelector('form:has([name=token])').requestSubmit()"))
    check(page.address() == base + given["run"], f"sign-in led to {page.address()}")


def approving(page):
    page.go(base + given["waiting"])
    check(page.count("button[name=decision]") == 2, "a gate that waits is offered")
    page.click("textarea[name=comment]")
    page.type("looks <b>good</b>")
    page.after(lambda: page.click("button[name=decision][value=approve]"))
    check(page.address() == base + given["waiting"], "deciding leads back to the run")
    check("looks <b>good</b>" in page.text("main") and page.count("main b") == 0, "the comment is text")
    check(page.count("button[name=decision]") == 0, "what was decided is offered again")
    check(page.count("#toasts [data-toast]") == 1, "what was done is said")
    page.go(base + given["waiting"])
    check(page.count("#toasts [data-toast]") == 0, "what was done is said twice")


def following(page):
    page.go(base + given["run"])
    ask("print first")
    page.until(lambda: "line of first" in page.text(".log-lines"), "a line that is written comes")
    ask("print second")
    page.until(lambda: "line of second" in page.text(".log-lines"), "the next line comes")
    check(page.run("window.hacked === undefined") and page.count(".log-lines img") == 0, "a line of the log ran")
    lines = page.count(".log-line")
    ask("end")
    page.until(lambda: page.count(".live-mark") == 0, "the log says that it has ended")
    check(page.count(".log-line") == lines, "the end changed the lines")
    page.until(lambda: page.text("h1 ~ .status") in ("Succeeded", "成功"), "the state of the run is followed")
    page.go(base + given["run"])
    check(page.count(".log-line") >= 3 and page.count("[data-stream]") == 0, "an ended run shows its last lines")


def keyboard(page):
    page.go(base + "/services")
    page.press("j")
    page.after(lambda: page.press("Enter"))
    check("/services/" in page.address(), "j and Enter open a service")
    page.press("g")
    page.after(lambda: page.press("r"))
    check(page.address() == base + "/runs", "g r leads to the runs")


def narrow(page):
    page.size(390, 844)
    for address in given["pages"]:
        page.go(base + address)
        check(page.run("document.documentElement.scrollWidth <= innerWidth"), f"{address} is wider than a phone")
        if given.get("pictures"):
            page.picture(f"{given['pictures']}/{address.strip('/').replace('/', '-') or 'overview'}-390.png")
    page.size(1440, 900)


def main():
    failures = []
    with Browser() as browser:
        page = browser.page(browser.context())
        page.size(1440, 900)
        for work in [sign_in, approving, following, keyboard, narrow]:
            try:
                work(page)
            except (AssertionError, BrowserError) as error:
                failures.append(f"{work.__name__}: {error}")
        failures += [f"the browser complains: {text}" for text in page.complaints]
        failures += [f"a request leads elsewhere: {url}" for url in page.requests if not url.startswith((base, "data:", "about:"))]
    for failure in failures:
        print("failed", failure, flush=True)
    if not failures:
        print("passed", flush=True)


main()
