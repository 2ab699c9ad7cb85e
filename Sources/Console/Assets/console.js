// What a page does in the browser beside showing: switches, keyboard, rows, dialogs, copying, hints of charts, times.
// Everything here only eases what works without it. Listeners stand on the document, so parts put in later are served.
"use strict";
(() => {
  const root = document.documentElement;
  const year = 365 * 86400;
  const remember = (name, value) => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${value}; Path=/; Max-Age=${year}; SameSite=Lax${secure}`;
  };
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null
    && !target.matches("input[type=checkbox]");
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // The server writes times by this clock from the next page on.
  remember("gantry-zone", -new Date().getTimezoneOffset());

  // Switches.
  const chooseTheme = (link) => {
    const theme = link.dataset.themeChoice;
    remember("gantry-theme", theme);
    if (theme === "system") delete root.dataset.theme; else root.dataset.theme = theme;
    for (const other of all("[data-theme-choice]")) {
      if (other === link) other.setAttribute("aria-current", "true"); else other.removeAttribute("aria-current");
    }
  };
  const chooseLanguage = (link) => {
    remember("gantry-language", link.dataset.language);
    location.reload();
  };
  const closeMenus = (except) => {
    for (const menu of all("details.menu[open]")) if (menu !== except) menu.open = false;
  };

  // Dialogs.
  const openDialog = (id) => {
    const dialog = document.getElementById(id);
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  };

  // Copying. Buttons are shown only where they work.
  const showCopyButtons = (within) => {
    if (!navigator.clipboard) return;
    for (const button of all("[data-copy][hidden]", within)) button.hidden = false;
  };
  const copy = async (button) => {
    try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
    const use = button.querySelector("use");
    const before = button.getAttribute("aria-label");
    use?.setAttribute("href", "#icon-check");
    button.classList.add("is-copied");
    button.setAttribute("aria-label", document.getElementById("toasts")?.dataset.copied ?? before);
    setTimeout(() => {
      use?.setAttribute("href", "#icon-copy");
      button.classList.remove("is-copied");
      button.setAttribute("aria-label", before);
    }, 1500);
  };

  // Rows: j and k move, Enter opens, x selects.
  const rows = () => all("table[data-rows] tbody tr:not([aria-hidden]), .record summary").filter((row) => row.offsetParent !== null);
  const moveRow = (step) => {
    const list = rows();
    if (list.length === 0) return;
    const at = list.indexOf(document.activeElement?.closest("tr, .record summary"));
    const next = at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + step, 0), list.length - 1);
    list[next].focus({ focusVisible: true });
    list[next].scrollIntoView({ block: "nearest" });
  };
  const markSelection = (table) => {
    const boxes = all("tbody .cell-select input", table);
    for (const box of boxes) box.closest("tr").toggleAttribute("data-selected", box.checked);
    const head = table.querySelector("[data-select-all]");
    if (!head) return;
    const count = boxes.filter((box) => box.checked).length;
    head.checked = count > 0 && count === boxes.length;
    head.indeterminate = count > 0 && count < boxes.length;
  };

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const target = event.target;
    const find = (selector) => target.closest(selector);
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    closeMenus(find("details.menu"));
    const busy = find("[aria-disabled=true]");
    if (busy) { event.preventDefault(); return; }
    const theme = find("[data-theme-choice]");
    if (theme && plain) { event.preventDefault(); chooseTheme(theme); closeMenus(); return; }
    const language = find("[data-language]");
    if (language && plain) { event.preventDefault(); chooseLanguage(language); return; }
    const opener = find("[data-dialog]");
    if (opener) { openDialog(opener.dataset.dialog); return; }
    if (find("[data-close]")) { find("dialog")?.close(); return; }
    if (find("[data-dismiss]")) { find("[data-toast]")?.remove(); return; }
    const copier = find("[data-copy]");
    if (copier) { copy(copier); return; }
    if (target instanceof HTMLDialogElement && target.open && event.detail > 0) {
      const box = target.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right
        && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) target.close();
      return;
    }
    const row = find("tr[data-href]");
    if (row && !find("a, button, input, label, summary") && getSelection().isCollapsed) {
      if (plain) location.assign(row.dataset.href); else window.open(row.dataset.href, "_blank", "noopener");
    }
  });

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement)) return;
    const table = box.closest("table[data-rows]");
    if (!table) return;
    if (box.matches("[data-select-all]")) {
      for (const other of all("tbody .cell-select input", table)) other.checked = box.checked;
    }
    markSelection(table);
  });

  // A filter that is chosen from a list is applied at once.
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("select[data-sends]")) event.target.form?.requestSubmit();
  });

  // An address holds what was asked and not what was left open.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "get") return;
    const empty = [...event.target.elements].filter((field) => field.name && field.value === "" && !field.disabled);
    for (const field of empty) field.disabled = true;
    setTimeout(() => { for (const field of empty) field.disabled = false; });
  });

  // A line opens to what the server knows of it; asked for once.
  document.addEventListener("toggle", async (event) => {
    const line = event.target;
    if (!(line instanceof HTMLDetailsElement) || !line.matches("[data-opens]") || !line.open || line.dataset.asked) return;
    line.dataset.asked = "true";
    const body = line.querySelector(".record-body");
    const link = body?.querySelector("a");
    if (!link) return;
    const address = new URL(link.href);
    address.search = new URLSearchParams([["part", "1"], ...new URLSearchParams(location.search)]).toString();
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (answer.status === 401 || answer.redirected) { location.reload(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      body.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
      window.gantry.serve(body);
    } catch { delete line.dataset.asked; }
  }, true);

  // Charts that narrow the time lend the links of their table to the drawing: a press takes one point, drawing several.
  let drawn = null;
  const pointOf = (event) => {
    const hit = event.target instanceof Element ? event.target.closest("[data-narrows] .chart-hit") : null;
    if (!hit) return null;
    const chart = hit.closest("[data-narrows]");
    return { chart, at: all(".chart-hit", chart).indexOf(hit) };
  };
  const paintDrawn = () => {
    for (const hit of all(".chart-hit.is-drawn")) hit.classList.remove("is-drawn");
    if (!drawn) return;
    const [first, last] = [Math.min(drawn.from, drawn.to), Math.max(drawn.from, drawn.to)];
    all(".chart-hit", drawn.chart).slice(first, last + 1).forEach((hit) => hit.classList.add("is-drawn"));
  };
  document.addEventListener("pointerdown", (event) => {
    const point = event.button === 0 ? pointOf(event) : null;
    if (!point) return;
    if (event.pointerType === "mouse") event.preventDefault();
    drawn = { chart: point.chart, from: point.at, to: point.at };
    paintDrawn();
  });
  document.addEventListener("pointermove", (event) => {
    const point = drawn ? pointOf(event) : null;
    if (point?.chart === drawn?.chart && point && point.at !== drawn.to) { drawn.to = point.at; paintDrawn(); }
  });
  document.addEventListener("pointerup", () => {
    if (!drawn) return;
    const links = all(".chart-table tbody a", drawn.chart);
    const [first, last] = [Math.min(drawn.from, drawn.to), Math.max(drawn.from, drawn.to)];
    drawn = null;
    paintDrawn();
    if (!links[first] || !links[last]) return;
    const address = new URL(links[first].href);
    address.searchParams.set("to", new URL(links[last].href).searchParams.get("to"));
    location.assign(address);
  });
  document.addEventListener("pointercancel", () => { drawn = null; paintDrawn(); });

  // A page that takes long shows that it is on its way.
  let going = 0;
  addEventListener("beforeunload", () => { going = setTimeout(() => { root.dataset.going = "true"; }, 250); });
  addEventListener("pageshow", () => { clearTimeout(going); delete root.dataset.going; });

  // A form that was sent is not sent twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "true";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // A page that comes back by the back button may be sent again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of all("form[data-sent]")) delete form.dataset.sent;
    for (const button of all("form [type=submit][aria-busy]")) button.removeAttribute("aria-busy");
  });

  // Keys.
  let goesUntil = 0;
  const goLimit = 1200;
  const keys = {
    "/": () => {
      const field = document.querySelector("main [data-search]") ?? document.querySelector("[data-search]");
      field?.focus();
      field?.select();
    },
    "?": () => openDialog("shortcuts"),
    j: () => moveRow(1),
    k: () => moveRow(-1),
    g: () => { goesUntil = performance.now() + goLimit; },
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.key === "Escape") {
      closeMenus();
      if (target.matches("[data-search]")) target.blur();
      return;
    }
    if (isTyping(target) || document.querySelector("dialog[open]")) return;
    if (performance.now() < goesUntil && /^[a-z]$/.test(event.key)) {
      goesUntil = 0;
      const link = document.querySelector(`[data-go="${event.key}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (target.matches("tr[tabindex]")) {
      if (event.key === "Enter" && target.dataset.href) { event.preventDefault(); location.assign(target.dataset.href); return; }
      if (event.key === "x") { target.querySelector(".cell-select input")?.click(); return; }
    }
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  // Hints of charts follow the pointer at once; the drawing's own titles would wait.
  let tip = null;
  document.addEventListener("pointermove", (event) => {
    const hit = event.target instanceof Element ? event.target.closest(".chart-hit") : null;
    if (!hit) { tip?.remove(); tip = null; return; }
    const title = hit.querySelector("title");
    if (title) { hit.dataset.tip = title.textContent; title.remove(); }
    if (!tip) {
      tip = document.createElement("div");
      tip.className = "chart-tip";
      document.body.append(tip);
    }
    tip.textContent = hit.dataset.tip;
    const room = 14;
    const left = event.clientX + room + tip.offsetWidth > innerWidth ? event.clientX - room - tip.offsetWidth : event.clientX + room;
    tip.style.left = `${Math.max(left, 4)}px`;
    tip.style.top = `${Math.min(event.clientY + room, innerHeight - tip.offsetHeight - 4)}px`;
  });

  // Times stay true while the page stands. The words are the server's (Formats.relative).
  const chinese = root.lang.startsWith("zh");
  const relative = (seconds) => {
    const size = Math.abs(seconds);
    if (size < 10) return chinese ? "刚刚" : "just now";
    if (size >= 30 * 86400) return null;
    const [count, unit, name] = size < 60 ? [size, "s", "秒"] : size < 3600 ? [size / 60, "min", "分钟"]
      : size < 86400 ? [size / 3600, "h", "小时"] : [size / 86400, "d", "天"];
    const whole = Math.floor(count);
    if (chinese) return `${whole} ${name}${seconds >= 0 ? "前" : "后"}`;
    return seconds >= 0 ? `${whole} ${unit} ago` : `in ${whole} ${unit}`;
  };
  // Reckoned from the server's clock as the page had it, since the reader's may be wrong.
  const renderedAt = Date.parse(root.dataset.now ?? "") || Date.now();
  const openedAt = performance.now();
  const refreshTimes = () => {
    const now = renderedAt + performance.now() - openedAt;
    for (const time of all("time[data-relative]")) {
      const text = relative((now - Date.parse(time.dateTime)) / 1000);
      if (text !== null && time.textContent !== text) time.textContent = text;
    }
  };
  setInterval(() => { if (!document.hidden) refreshTimes(); }, 10000);

  // Toasts go by themselves, unless they wait to be read or someone looks at them.
  const serveToasts = (within) => {
    for (const toast of all("#toasts [data-toast]:not([data-stays])", within)) {
      const leave = () => { if (toast.matches(":hover, :focus-within")) setTimeout(leave, 2000); else toast.remove(); };
      setTimeout(leave, 6000);
    }
  };

  window.gantry = { serve(part) { showCopyButtons(part); refreshTimes(); } };
  showCopyButtons(document);
  for (const table of all("table[data-rows]")) markSelection(table);
  serveToasts(document);
})();
