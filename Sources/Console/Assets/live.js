// Parts of a page that follow the server: `data-poll` asks again, `data-stream` listens to server-sent events. What
// comes is HTML that our own server made and escaped; scripts in it would not run, by the content policy.
"use strict";
(() => {
  const parse = (html) => document.createRange().createContextualFragment(html);
  // A log in the page keeps this many lines; older ones are on the server.
  const lineLimit = 5000;
  const longestWaitSeconds = 60;

  // A part is left alone while someone types in it, has marked text in it, or a dialog stands open.
  const isInUse = (part) => {
    if (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return true;
    const selection = getSelection();
    if (!selection.isCollapsed && part.contains(selection.anchorNode)) return true;
    return part.querySelector("dialog[open], details.menu[open]") !== null;
  };
  const replace = (part, html) => {
    if (part.lastHTML === html || isInUse(part)) return;
    part.lastHTML = html;
    const row = [...part.querySelectorAll("tr")].indexOf(document.activeElement?.closest("tr"));
    const scrolls = [...part.querySelectorAll(".table-scroll, .log-scroll")].map((box) => [box.scrollLeft, box.scrollTop]);
    const open = [...part.querySelectorAll("details")].map((box) => box.open);
    part.replaceChildren(parse(html));
    [...part.querySelectorAll(".table-scroll, .log-scroll")].forEach((box, at) => {
      if (scrolls[at]) [box.scrollLeft, box.scrollTop] = scrolls[at];
    });
    [...part.querySelectorAll("details")].forEach((box, at) => { if (open[at]) box.open = true; });
    if (row >= 0) part.querySelectorAll("tr")[row]?.focus({ preventScroll: true });
    window.gantry?.serve(part);
  };

  const poll = (part) => {
    const period = Math.max(Number(part.dataset.every) || 5, 1);
    let failures = 0;
    const ask = async () => {
      if (!part.isConnected) return;
      if (!document.hidden) {
        try {
          const answer = await fetch(part.dataset.poll, { headers: { Accept: "text/html" }, credentials: "same-origin" });
          // Signed out meanwhile: the page itself knows what to do.
          if (answer.status === 401 || answer.redirected) { location.reload(); return; }
          if (!answer.ok) throw new Error(String(answer.status));
          replace(part, await answer.text());
          failures = 0;
        } catch { failures += 1; }
        part.classList.toggle("is-lost", failures > 1);
      }
      setTimeout(ask, Math.min(period * 2 ** failures, longestWaitSeconds) * 1000);
    };
    setTimeout(ask, period * 1000);
  };

  // Lines are gathered and put in once a frame, however fast they come.
  const stream = (part) => {
    const source = new EventSource(part.dataset.stream);
    const box = part.closest(".log-scroll");
    const follow = part.closest("[data-log]")?.querySelector(".log-follow");
    const isNewestFirst = part.hasAttribute("data-newest-first");
    const pause = part.closest("[data-log]")?.querySelector("[data-pause]");
    const pauseText = pause?.textContent;
    let waiting = [];
    let isPaused = false;
    const showPause = () => {
      if (!pause) return;
      pause.setAttribute("aria-pressed", String(isPaused));
      const held = waiting.length > 0 ? ` · ${pause.dataset.held.replace("{count}", waiting.length)}` : "";
      pause.firstElementChild.textContent = isPaused ? pause.dataset.resume + held : pauseText;
    };
    const flush = () => {
      const html = (isNewestFirst ? waiting.reverse() : waiting).join("");
      waiting = [];
      if (isNewestFirst) part.prepend(parse(html)); else part.append(parse(html));
      for (let extra = part.childElementCount - lineLimit; extra > 0; extra -= 1) {
        (isNewestFirst ? part.lastElementChild : part.firstElementChild).remove();
      }
      if (box && follow?.checked) box.scrollTop = box.scrollHeight;
      window.gantry?.serve(part);
    };
    source.addEventListener("append", (event) => {
      waiting.push(event.data);
      if (isPaused) {
        // What is held back has a limit as well; the oldest of it are still on the server.
        if (waiting.length > lineLimit) waiting.shift();
        showPause();
      } else if (waiting.length === 1) requestAnimationFrame(flush);
    });
    const setPaused = (on) => { isPaused = on; if (!on && waiting.length > 0) flush(); showPause(); };
    pause?.addEventListener("click", () => setPaused(!isPaused));
    // Whoever opens a line reads it: what is read does not move.
    part.addEventListener("toggle", (event) => { if (pause && event.target.open) setPaused(true); }, true);
    source.addEventListener("replace", (event) => replace(part, event.data));
    // The server says when there is no more; else the browser would ask for ever.
    source.addEventListener("end", () => { source.close(); part.closest("[data-log]")?.querySelector(".live-mark")?.remove(); });
    source.onopen = () => part.classList.remove("is-lost");
    source.onerror = () => {
      part.classList.add("is-lost");
      // Refused for good, such as after a sign-out elsewhere: the page itself knows what to do.
      if (source.readyState !== EventSource.CLOSED) return;
      fetch(location.href, { method: "HEAD", redirect: "manual", credentials: "same-origin" })
        .then((answer) => { if (answer.type === "opaqueredirect") location.reload(); }, () => {});
    };
    if (box && follow) {
      follow.addEventListener("change", () => { if (follow.checked) box.scrollTop = box.scrollHeight; });
      // Reading back stops following; coming back to the end takes it up again.
      box.addEventListener("wheel", () => {
        setTimeout(() => { follow.checked = box.scrollHeight - box.scrollTop - box.clientHeight < 8; }, 100);
      }, { passive: true });
      box.scrollTop = box.scrollHeight;
    }
    addEventListener("pagehide", () => source.close(), { once: true });
  };

  for (const part of document.querySelectorAll("[data-poll]")) poll(part);
  for (const part of document.querySelectorAll("[data-stream]")) stream(part);
})();
