"""A browser under remote control: Chromium's DevTools protocol over its pipe, with what the standard library has."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time


class BrowserError(Exception):
    pass


class Browser:
    """One headless Chromium with a profile of its own; ends with the `with` block."""

    def __init__(self, language="en"):
        program = shutil.which("chromium") or shutil.which("google-chrome")
        if program is None:
            raise BrowserError("chromium is missing: run scripts/setup browser")
        self.profile = tempfile.mkdtemp(prefix="gantry-browser-")
        # The browser reads commands at its descriptor 3 and writes answers to 4. Descriptors are inherited as they are
        # numbered here, so a shell moves them.
        read_end, self.commands = os.pipe()
        self.answers, write_end = os.pipe()
        arguments = [
            program, "--headless=new", "--no-sandbox", "--remote-debugging-pipe", "--disable-gpu",
            "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--force-color-profile=srgb",
            "--disable-features=MediaRouter,OptimizationHints,Translate", f"--accept-lang={language}",
            f"--user-data-dir={self.profile}", "about:blank",
        ]
        shell = f'exec "$@" 3<&{read_end} 4>&{write_end}'
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", shell, "browser", *arguments], pass_fds=(read_end, write_end),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(read_end)
        os.close(write_end)
        self.number = 0
        self.results = {}
        self.pages = {}
        self.changed = threading.Condition()
        self.isOpen = True
        threading.Thread(target=self.listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close", limit=5)
        except BrowserError:
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.process.wait()
        os.close(self.commands)
        # Its helpers write into the profile a moment longer.
        for _ in range(20):
            shutil.rmtree(self.profile, ignore_errors=True)
            if not os.path.exists(self.profile):
                break
            time.sleep(0.1)

    def listen(self):
        held = b""
        while True:
            try:
                piece = os.read(self.answers, 1 << 16)
            except OSError:
                piece = b""
            if not piece:
                break
            held += piece
            *messages, held = held.split(b"\0")
            for message in messages:
                self.take(json.loads(message))
        with self.changed:
            self.isOpen = False
            self.changed.notify_all()

    def take(self, message):
        with self.changed:
            if "id" in message:
                self.results[message["id"]] = message
            elif message.get("sessionId") in self.pages:
                self.pages[message["sessionId"]].note(message["method"], message["params"])
            self.changed.notify_all()

    def call(self, method, session=None, limit=20, **parameters):
        with self.changed:
            self.number += 1
            number = self.number
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        with self.changed:
            if not self.changed.wait_for(lambda: number in self.results or not self.isOpen, limit):
                raise BrowserError(f"{method}: no answer in {limit} s")
            answer = self.results.pop(number, None)
        if answer is None:
            raise BrowserError(f"{method}: the browser has ended")
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']['message']}")
        return answer.get("result", {})

    def page(self, context=None):
        """A tab; those of one context share their cookies."""
        options = {"browserContextId": context} if context else {}
        target = self.call("Target.createTarget", url="about:blank", **options)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, target)
        self.pages[session] = page
        for domain in ["Page", "Runtime", "Network", "Log"]:
            page.call(domain + ".enable")
        # While a page moves into another, presses would go nowhere.
        page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
        return page

    def context(self):
        return self.call("Target.createBrowserContext")["browserContextId"]


class Page:
    """A tab. What goes wrong in it and what it asks of the network is written down."""

    def __init__(self, browser, session, target):
        self.browser, self.session, self.target = browser, session, target
        self.requests, self.complaints, self.loads = [], [], 0
        self.statuses = {}

    def call(self, method, **parameters):
        return self.browser.call(method, session=self.session, **parameters)

    def note(self, method, parameters):
        if method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method == "Network.responseReceived":
            self.statuses[parameters["response"]["url"]] = parameters["response"]["status"]
        elif method == "Page.loadEventFired":
            self.loads += 1
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(parameters["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
            self.complaints.append(str(parameters["args"]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            entry = parameters["entry"]
            self.complaints.append(f"{entry['text']} {entry.get('url', '')}")

    def size(self, width, height, scale=1):
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale,
            mobile=width < 600)

    def go(self, address):
        """Opens an address and waits until it has loaded."""
        self.after(lambda: self.call("Page.navigate", url=address))

    def after(self, action):
        """Does what leads to another page, and waits until that has loaded."""
        before = self.loads
        action()
        self.until(lambda: self.loads > before, "no page has loaded")

    def until(self, condition, complaint, limit=15):
        """Asks again until it holds: nothing here goes by the clock."""
        end = time.monotonic() + limit
        while True:
            try:
                value = condition()
            except BrowserError:
                # The page changed under the question.
                value = None
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f"{complaint} ({self.address()})")
            time.sleep(0.03)

    def run(self, script):
        """The value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(answer["exceptionDetails"].get("exception", {}).get("description", script))
        return answer["result"].get("value")

    def address(self):
        return self.run("location.href")

    def text(self, selector="body"):
        return self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def count(self, selector):
        return self.run(f"document.querySelectorAll({json.dumps(selector)}).length")

    def press(self, key, modifiers=0):
        codes = {"Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, ""), "Tab": ("Tab", 9, "")}
        name, code, text = codes[key] if key in codes else (key, ord(key.upper()), key)
        more = {"text": text} if text else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=name, windowsVirtualKeyCode=code, modifiers=modifiers, **more)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=name, windowsVirtualKeyCode=code, modifiers=modifiers)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def place(self, selector, at=0):
        """The middle of an element, after bringing it into sight."""
        box = self.run(
            f"(() => {{ const part = document.querySelectorAll({json.dumps(selector)})[{at}];"
            " if (!part) return null; part.scrollIntoView({block: 'center', behavior: 'instant'});"
            " const box = part.getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()")
        if box is None:
            raise AssertionError(f"there is no {selector} at {self.address()}")
        return box

    def mouse(self, kind, place, **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], **more)

    def click(self, selector, at=0):
        place = self.place(selector, at)
        self.mouse("mouseMoved", place)
        self.mouse("mousePressed", place, button="left", buttons=1, clickCount=1)
        self.mouse("mouseReleased", place, button="left", clickCount=1)

    def drag(self, selector, first, last):
        start, end = self.place(selector, first), self.place(selector, last)
        self.mouse("mouseMoved", start)
        self.mouse("mousePressed", start, button="left", buttons=1, clickCount=1)
        self.mouse("mouseMoved", [(start[0] + end[0]) / 2, start[1]], button="left", buttons=1)
        self.mouse("mouseMoved", end, button="left", buttons=1)
        self.mouse("mouseReleased", end, button="left", clickCount=1)

    def picture(self, path, whole=False):
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole, **(
            {"clip": {**self.whole(), "scale": 1}} if whole else {}))["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def whole(self):
        box = self.run("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        return {"x": 0, "y": 0, "width": box[0], "height": min(box[1], 4000)}
