// Everything works without this file; it only shortens. Each part looks for markup that asks for it.

// Ctrl/Cmd K opens the palette. Single keys click the visible control that carries them, so a key can never do
// more than the page shows; they rest while somebody types, holds a modifier or has a dialog open.
const palette = document.querySelector("dialog.palette");
const typing = (at) => at.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
let gone = 0;
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    if (palette && !document.querySelector("dialog[open]:not(.palette)")) { event.preventDefault(); open(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  // Escape closes an open menu and leads back to what opened it.
  const menu = event.key === "Escape" && document.activeElement?.closest("details.drop[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); return; }
  if (!(event.target instanceof Element) || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  const wanted = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // Who speaks to the computer switches single keys off.
  if (wanted.length === 1 && document.documentElement.dataset.keys === "off") return;
  // `g` and a letter within a second and a half lead to an entry of the rail.
  const went = Date.now() - gone < 1500 && document.querySelector(`[data-go="${CSS.escape(wanted)}"]`);
  gone = 0;
  if (went) { event.preventDefault(); went.click(); return; }
  // A key means the group one is in before it means the page: five questions carry the same digits.
  const near = event.target.closest("fieldset")?.querySelectorAll("[data-key]") ?? [];
  for (const control of [...near, ...document.querySelectorAll("[data-key]")]) {
    if (control.dataset.key === wanted && !control.disabled && control.getClientRects().length) {
      event.preventDefault();
      control.click();
      if (control.type === "radio") control.focus();
      return;
    }
  }
  if (wanted === "g") gone = Date.now();
  if (wanted === "j" || wanted === "k") step(wanted === "j" ? 1 : -1);
});

// The first link of the next or previous row or task takes the focus; Enter then opens it as everywhere.
function step(by) {
  const rows = [...document.querySelectorAll("main tbody tr, main .tasks > li")];
  const links = rows.map((row) => row.querySelector("a[href]")).filter((a) => a?.getClientRects().length);
  const at = links.findIndex((a) => a.closest("tr, li").contains(document.activeElement));
  links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by]?.focus();
}

// The palette: what the page Find answers, while one types, over the page one is on. Its options are the links of that
// page, so it knows and may do nothing that the page does not.
const [field, hits, count] = ["input", "ul", "[role=status]"].map((part) => palette?.querySelector(part));
function open() {
  if (!palette.open) palette.showModal();
  field.select();
  look();
}
function choose(option) {
  hits.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
}
let looked = 0;
async function look() {
  const mine = ++looked;
  try {
    const answer = await fetch(`/find?${new URLSearchParams({ q: field.value, as: "list" })}`);
    if (mine !== looked) return;
    const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    // Away or signed out: the form itself still leads there and says so.
    if (!page || mine !== looked) return;
    const found = [...page.querySelectorAll("[data-hit]")].map((row, n) => {
      const option = document.createElement("li"), link = row.querySelector("a[href]");
      Object.assign(option, { id: `hit-${n}`, role: "option", ariaSelected: "false" });
      option.dataset.href = link.getAttribute("href");
      option.textContent = [...row.children].map((cell) => cell.textContent.trim()).filter(Boolean).join(" · ");
      return option;
    });
    hits.replaceChildren(...found);
    count.textContent = page.querySelector("[data-found], [data-empty] h2")?.textContent ?? "";
    choose(field.value ? found[0] : null);
  } catch { /* offline: the form still leads there */ }
}
if (palette) {
  let rest;
  field.addEventListener("input", () => { clearTimeout(rest); rest = setTimeout(look, 150); });
  field.addEventListener("keydown", (event) => {
    const all = [...hits.children], at = all.findIndex((o) => o.ariaSelected === "true");
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && all.length) {
      event.preventDefault();
      choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
    }
    if (event.key === "Enter" && all[at]) { event.preventDefault(); location.assign(all[at].dataset.href); }
  });
  hits.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.href);
  });
  palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
}

// The consequence of the chosen grade; without script all of them stand as a list.
for (const list of document.querySelectorAll("[data-conseq]")) {
  const form = list.closest("form");
  const show = () => {
    const chosen = form.querySelector("input[name=grade]:checked");
    for (const line of list.children) line.hidden = !chosen || line.dataset.for !== chosen.value;
  };
  form.addEventListener("change", show);
  show();
}

// Live checks: after a short rest the server judges what is typed so far; only the counts are announced.
for (const form of document.querySelectorAll("form[data-checks]")) {
  let rest, turn = 0;
  const refresh = async () => {
    const mine = ++turn;
    const query = new URLSearchParams(new FormData(form));
    query.delete("request_id");
    try {
      const answer = await fetch(`${form.dataset.checks}?${query}`, { headers: { accept: "text/html" } });
      if (!answer.ok || mine !== turn) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-live-checks]"), old = form.querySelector("[data-live-checks]");
      if (!fresh || !old) return;
      const was = old.querySelector("[aria-live]"), now = fresh.querySelector("[aria-live]");
      if (was.textContent !== now.textContent) was.textContent = now.textContent;
      for (const part of [".verdict", ".checks"]) old.querySelector(part).replaceWith(fresh.querySelector(part));
    } catch { /* offline: the button Check and the server still judge */ }
  };
  form.addEventListener("input", () => { clearTimeout(rest); rest = setTimeout(refresh, 350); });
}

// What a browser does better than words: printing the page, copying a list. Without script the buttons are not there.
for (const button of document.querySelectorAll("[data-print], [data-copy]")) {
  const list = button.dataset.copy && document.getElementById(button.dataset.copy);
  if (list && !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (!list) return print();
    const lines = [...list.children].map((line, n) => `${n + 1}  ${line.textContent}`);
    const said = button.parentElement.querySelector("[role=status]");
    try {
      await navigator.clipboard.writeText(lines.join("\n"));
      said.textContent = button.dataset.copied;
    } catch { /* not allowed: there is paper */ }
  });
}

// After a refused form the reader starts at the summary of what is wrong.
document.getElementById("es")?.focus();

// A page of something that goes on loads itself anew, unless somebody types or works in a dialog.
for (const mark of document.querySelectorAll("[data-reload]")) {
  setInterval(() => {
    const busy = typing(document.activeElement ?? document.body) || document.querySelector("dialog[open]");
    if (!busy && !document.hidden) location.reload();
  }, Number(mark.dataset.reload) * 1000);
}

// The board of who is inside: the server says on an open line when something changed, and the board is read anew in
// place. Where there is no line it is read every half minute. When nothing was heard for a while, it says how old it
// is.
for (const board of document.querySelectorAll("[data-board]")) {
  const said = document.querySelector("[data-old]");
  let heard = Date.now(), read = heard, tried = 0, line = null, busy = false;
  const load = async () => {
    if (busy || document.querySelector("dialog[open]")) return;
    busy = true;
    try {
      const answer = await fetch(location.href, { signal: AbortSignal.timeout(20000) });
      // Signed out: the page itself leads to where one signs in.
      if (answer.redirected) location.reload();
      const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page && page.querySelector("[data-board]");
      if (fresh) {
        const at = document.activeElement, href = board.contains(at) && at.getAttribute("href");
        document.querySelector(".sprite")?.replaceWith(page.querySelector(".sprite"));
        board.dataset.mark = fresh.dataset.mark;
        board.replaceChildren(...fresh.childNodes);
        if (href) board.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus();
        heard = read = Date.now();
      }
    } catch { /* away: the board says how old it is */ }
    busy = false;
    look();
  };
  const look = () => {
    const old = Math.floor((Date.now() - heard) / 1000);
    const age = old < 120 ? `${old} s` : `${Math.floor(old / 60)} min`;
    said.hidden = old < 45;
    said.textContent = said.hidden ? "" : said.dataset.old.replace("%", age);
  };
  const listen = () => {
    line?.close();
    tried = Date.now();
    line = new EventSource(board.dataset.board);
    line.addEventListener("board", ({ data }) => {
      heard = Date.now();
      if (data === board.dataset.mark) look();
      else load();
    });
    line.addEventListener("over", () => location.reload());
  };
  const tick = () => {
    const now = Date.now();
    if (document.hidden) { line?.close(); line = null; tried = 0; return; }
    if (!line || line.readyState === EventSource.CLOSED) if (now - tried > 60000) listen();
    if (now - read > 60000 || now - heard > 30000) load();
    look();
  };
  setInterval(tick, 5000);
  document.addEventListener("visibilitychange", tick);
  tick();
}

// Passkeys: a button that asks the browser for one; the answer goes with the button's own form. Where the browser has
// none, or one came by another address than passkeys are good for, the button is not there.
const unpacked = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const packed = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
async function passkey({ passkey: at, for: what }) {
  const asked = await fetch(at, { method: "POST", body: new URLSearchParams({ for: what }) });
  // The form itself is answered in words.
  if (!asked.ok) return "";
  const { ticket, options } = await asked.json();
  options.challenge = unpacked(options.challenge);
  for (const one of [...(options.allowCredentials ?? []), ...(options.excludeCredentials ?? [])]) {
    one.id = unpacked(one.id);
  }
  if (options.user) options.user.id = unpacked(options.user.id);
  const made = await navigator.credentials[options.user ? "create" : "get"]({ publicKey: options });
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[part]) response[part] = packed(made.response[part]);
  }
  if (options.user) response.transports = made.response.getTransports?.() ?? [];
  const { id, type, authenticatorAttachment } = made;
  const credential = { id, rawId: id, type, authenticatorAttachment, response, clientExtensionResults: {} };
  return JSON.stringify({ ticket, credential });
}
for (const part of window.PublicKeyCredential ? document.querySelectorAll("[data-passkeys]") : []) {
  const button = part.querySelector("[data-passkey]");
  const here = button.dataset.origin === location.origin;
  part.hidden = false;
  button.hidden = !here;
  part.querySelector("[data-elsewhere]").hidden = here;
}
document.addEventListener("submit", async (event) => {
  const button = event.submitter, form = event.target;
  if (!button?.dataset.passkey) return;
  event.preventDefault();
  const said = button.closest("[data-passkeys]").querySelector("[role=status]");
  said.textContent = "";
  button.disabled = true;
  try {
    form.querySelector("[data-answer]").value = await passkey(button.dataset);
    form.submit();
  } catch { said.textContent = said.dataset.failed; button.disabled = false; }
});
