// What Gradio has no part for: the rooms beside the conversation, the list of papers, the passage, and the keys.
// Every fragment comes escaped from our own server; nothing here makes HTML from text.

const gradioTeX = document.querySelector('meta[name="footnote-katex"]').content;
const maths = [
  { left: "\ue000", right: "\ue001", display: false },
  { left: "\ue002", right: "\ue003", display: true },
];
const chosen = new Map(); // library -> ids of the papers that questions are limited to
const titles = new Map(); // ids of the papers that were listed -> their titles

let reopened = history.state?.passage; // the passage that was open before a reload
let awaited = new URLSearchParams(location.search).get("library"); // what the address names, until Gradio has chosen it
function library() {
  const shown = document.querySelector("#fn-library input:checked")?.value ?? "mine";
  if (awaited === shown || !document.querySelector(`#fn-library input[value="${CSS.escape(awaited)}"]`)) awaited = null;
  return awaited ?? shown;
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

async function showMaths(root) {
  if (!/[\ue000\ue002]/.test(root.textContent)) return;
  const { default: render } = await import(gradioTeX);
  render(root, { delimiters: maths, throwOnError: false });
}

async function fragment(address) {
  const reply = await fetch(address, { headers: { accept: "text/html" } });
  return reply.text();
}

function write(input, text) {
  const prototype = input.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(prototype.prototype, "value").set.call(input, text);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function send(box, text) {
  write(box, text);
  requestAnimationFrame(() =>
    box.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true, cancelable: true })),
  );
}

// Has our server work on something: tells each step, and gives the HTML that comes last
async function work(address, asked, tell, signal) {
  const headers = { "content-type": "application/json" };
  const reply = await fetch(address, { method: "POST", headers, body: JSON.stringify(asked), signal });
  if (!reply.headers.get("content-type").startsWith("application/x-ndjson")) return reply.text();
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let html = "";
  for (let rest = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) return html;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines.map((one) => JSON.parse(one))) {
      if (line.step) tell(line.step);
      html = line.html ?? html;
    }
  }
}

// The rooms: Ask is the conversation, which Gradio draws; each other has a section, and a function that fills it

const nav = element("nav", { id: "fn-nav", "aria-label": "Rooms" });
const rooms = new Map(); // name -> its link, its section, and what fills it
let [room, within] = ["ask", ""]; // the room that is shown, and which of its things

function addRoom(name, label, show) {
  const link = element("a", { href: `#room/${name}` }, label);
  const section = element("section", { id: `fn-${name}`, class: "fn-room", "aria-label": label, tabindex: "-1", hidden: "" });
  rooms.set(name, { link, section, show });
  nav.append(link);
  return section;
}

function enter(name, thing = "") {
  const step = { room: name, within: thing };
  panel.hidden ? history.pushState(step, "") : history.replaceState(step, "");
  hidePassage();
  document.body.classList.remove("fn-shelf-open");
  showRoom(name, thing);
}

function showRoom(name, thing = "") {
  [room, within] = rooms.has(name) ? [name, thing] : ["ask", ""];
  document.body.dataset.room = room;
  for (const [each, { link, section }] of rooms) {
    section.hidden = each === "ask" || each !== room;
    each === room ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
  }
  rooms.get(room).show(rooms.get(room).section, within);
  remember();
}

async function fill(section, address) {
  section.dataset.filling = address;
  const html = await fragment(address);
  if (section.hidden || section.dataset.filling !== address) return; // another room, or another thing of it, came later
  section.innerHTML = html;
  showMaths(section);
  if (reopened) reopenPassage();
}

addRoom("ask", "Ask", () => {});

// A paper's own room, entered by links to it

const paperRoom = addRoom("paper", "Paper", (section, paper) => fill(section, paperAddress(paper)));
rooms.get("paper").link.hidden = true;
const paperAddress = (paper, path = "") => `/view/${encodeURIComponent(library())}/paper/${encodeURIComponent(paper)}${path}`;

async function changePaper(method, address, body, focus) {
  const [top, paper] = [paperRoom.scrollTop, within];
  const headers = { "content-type": "application/json" };
  const reply = await fetch(address, { method, headers, body: JSON.stringify(body) });
  if (within !== paper) return showPapers(); // its room was left meanwhile
  if (!reply.ok) {
    paperRoom.querySelector(":scope > .fn-notice")?.remove();
    paperRoom.insertAdjacentHTML("afterbegin", await reply.text()); // a notice of our own server
    paperRoom.scrollTop = 0;
    return;
  }
  await fill(paperRoom, paperAddress(paper));
  paperRoom.scrollTop = top;
  paperRoom.querySelector(focus)?.focus({ preventScroll: true });
  showPapers();
}

function editField(field) {
  const name = field.querySelector("dt").textContent;
  const input = element("input", { type: "text", "aria-label": name, value: field.dataset.value });
  const form = element("form", {}, input, element("button", {}, "Save"), element("button", { type: "button", class: "fn-keep" }, "Cancel"));
  const place = `[data-field="${field.dataset.field}"] .fn-edit`;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    changePaper("PUT", paperAddress(within, `/${field.dataset.field}`), { value: input.value }, place);
  });
  const back = () => fill(paperRoom, paperAddress(within)).then(() => paperRoom.querySelector(place)?.focus());
  form.addEventListener("keydown", (event) => event.key === "Escape" && (event.stopPropagation(), back()));
  form.querySelector(".fn-keep").addEventListener("click", back);
  if (field.dataset.field === "authors") form.append(element("p", { class: "fn-soft" }, "With semicolons between them."));
  field.querySelector("dd").replaceChildren(form);
  input.select();
}

async function summarizePaper(button) {
  const paper = within;
  const status = button.parentElement.querySelector("[role=status]");
  button.disabled = true;
  status.textContent = "beginning…";
  try {
    const html = await work(paperAddress(within, "/summary"), {}, (step) => (status.textContent = `${step}…`));
    if (within !== paper) return;
    const shown = paperRoom.querySelector(".fn-summary");
    shown.innerHTML = html;
    showMaths(shown);
    status.textContent = "";
    if (shown.querySelector(".fn-mark")) button.textContent = button.dataset.anew;
  } catch {
    status.textContent = "Footnote does not answer. Is it still running?";
  }
  button.disabled = false;
}

const changeThisPaper = (how, focus, also = {}) => changePaper("POST", catalogue(how), { papers: [within], ...also }, focus);

paperRoom.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const field = button.closest("[data-field]")?.dataset.field;
  if (button.matches(".fn-edit")) editField(button.closest("[data-field]"));
  else if (button.matches(".fn-back")) changePaper("PUT", paperAddress(within, `/${field}`), { value: null }, `[data-field="${field}"] .fn-edit`);
  else if (button.matches(".fn-untag")) changeThisPaper("untag", ".fn-tag-form input", { tag: button.closest("li").dataset.tag });
  else if (button.matches(".fn-summarize")) summarizePaper(button);
  else if (button.matches(".fn-remove")) {
    chosen.get(library())?.delete(within);
    changeThisPaper("remove", ".fn-restore");
  } else if (button.matches(".fn-restore")) changeThisPaper("restore", "h2");
});
paperRoom.addEventListener("submit", (event) => {
  if (!event.target.matches(".fn-tag-form")) return;
  event.preventDefault();
  const tag = event.target.querySelector("input").value;
  if (tag.trim()) changeThisPaper("tag", ".fn-tag-form input", { tag });
});

// The list of papers

const search = element("input", {
  type: "search", id: "fn-search", placeholder: "Search papers", "aria-label": "Search by title, author, year or venue",
});
const filterBox = element("details", { id: "fn-filters" }, element("summary", {}, "Filter"));
const filterTold = element("p", { id: "fn-filtered", role: "status", hidden: "" });
const filterChoices = element("div", { hidden: "" }); // what the filters offer
const chooseAll = element("button", { type: "button", id: "fn-choose-all", class: "fn-link" }, "Choose all shown");
const list = element("div", { id: "fn-list" });
const limit = element("p", { id: "fn-limit", role: "status" });
let asked = 0;

const paperFilters = new Map([
  ["author", ["Author", element("input", { type: "text", list: "fn-authors", "aria-label": "Author" })]],
  ["venue", ["Venue", element("input", { type: "text", list: "fn-venues", "aria-label": "Venue" })]],
  ["tag", ["Tag", element("input", { type: "text", list: "fn-tags", "aria-label": "Tag" })]],
  ["year_from", ["From", element("input", { type: "number", min: "0", max: "9999", "aria-label": "From the year" })]],
  ["year_to", ["To", element("input", { type: "number", min: "0", max: "9999", "aria-label": "To the year" })]],
]);
filterBox.append(element("div", {}, ...[...paperFilters.values()].map(([name, input]) => element("label", {}, name, input))));

const filtering = () => [...paperFilters].filter(([, [, input]]) => input.value.trim() && input.checkValidity());

function tellFilters() {
  const set = filtering();
  filterTold.hidden = !set.length;
  const clear = element("button", { type: "button", class: "fn-link" }, "Clear filters");
  clear.addEventListener("click", clearFilters);
  const told = set.map(([, [name, input]]) => element("span", {}, `${name}: ${input.value.trim()}`));
  filterTold.replaceChildren(...told, clear);
}

function clearFilters() {
  for (const [, input] of paperFilters.values()) input.value = "";
  if (filterTold.contains(document.activeElement)) search.focus();
  showPapers();
}

async function offerChoices() {
  if (!filterBox.open) return;
  filterChoices.innerHTML = await fragment(`/view/${encodeURIComponent(library())}/papers/choices`);
  const noTags = !filterChoices.querySelector("#fn-tags option");
  paperFilters.get("tag")[1].parentElement.hidden = noTags && !paperFilters.get("tag")[1].value;
}

async function showPapers(shown = 0) {
  const turn = ++asked;
  const key = library();
  const query = new URLSearchParams({ q: search.value });
  for (const [name, [, input]] of filtering()) query.set(name, input.value.trim());
  if (shown > 0) query.set("shown", shown);
  tellFilters();
  const html = await fragment(`/view/${encodeURIComponent(key)}/papers?${query}`);
  if (turn !== asked) return;
  list.innerHTML = html;
  list.querySelector(".fn-count")?.after(chooseAll);
  chooseAll.hidden = !list.querySelector("input");
  for (const box of list.querySelectorAll("input")) {
    box.checked = chosen.get(key)?.has(box.value) ?? false;
    titles.set(box.value, box.closest("li").querySelector(".fn-title").textContent);
  }
  showMaths(list);
  tellLimit();
}

function tellLimit() {
  const ids = [...(chosen.get(library()) ?? [])];
  const scope = document.querySelector("#fn-scope textarea, #fn-scope input");
  if (scope) write(scope, ids.length ? JSON.stringify(ids) : "");
  limit.hidden = !ids.length;
  if (!ids.length) return;
  const clear = element("button", { type: "button", class: "fn-link" }, "Ask all");
  clear.addEventListener("click", () => {
    chosen.delete(library());
    for (const box of list.querySelectorAll("input")) box.checked = false;
    tellLimit();
  });
  const named = ids.filter((id) => titles.has(id)).slice(0, 2).map((id) => `“${titles.get(id)}”`);
  if (named.length && ids.length > named.length) named.push(`${ids.length - named.length} more`);
  const what = named.length ? `: ${named.join(", ")}.` : ".";
  limit.replaceChildren(`Asking ${ids.length === 1 ? "1 paper" : `${ids.length} papers`} only${what} `, clear);
  if (ids.length > 1) limit.append(" · ", compareTicked(ids));
}

function choosePapers(boxes) {
  const ids = chosen.get(library()) ?? new Set();
  for (const box of boxes) box.checked ? ids.add(box.value) : ids.delete(box.value);
  chosen.set(library(), ids);
  tellLimit();
}

list.addEventListener("change", ({ target }) => choosePapers([target]));
chooseAll.addEventListener("click", () => {
  const boxes = list.querySelectorAll("input");
  for (const box of boxes) box.checked = true;
  choosePapers(boxes);
});
list.addEventListener("click", async ({ target }) => {
  const more = target.closest("button[data-shown]");
  if (!more) return;
  const before = list.querySelectorAll("li").length;
  await showPapers(Number(more.dataset.shown));
  list.querySelectorAll("input")[before]?.focus();
});
let typing;
for (const typedIn of [search, filterBox]) {
  typedIn.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(showPapers, 60);
  });
}
filterBox.addEventListener("toggle", offerChoices);

// The stored conversations; the server reads the id of the one to open from a hidden box

const show = element("div", { id: "fn-show", role: "radiogroup", "aria-label": "Show" });
for (const name of ["Papers", "Conversations"]) {
  const radio = element("input", { type: "radio", name: "fn-show", id: `fn-show-${name.toLowerCase()}` });
  show.append(element("label", {}, radio, name));
}
show.querySelector("input").checked = true;
const find = element("input", {
  type: "search", id: "fn-find", placeholder: "Search conversations", "aria-label": "Search by what was asked and answered",
});
const stored = element("div", { id: "fn-stored" });
const conversation = () => document.querySelector("#fn-conversation textarea, #fn-conversation input");
const conversations = () => `/view/${encodeURIComponent(library())}/conversations`;
let sought = 0;

async function showConversations() {
  const turn = ++sought;
  const html = await fragment(`${conversations()}?q=${encodeURIComponent(find.value)}`);
  if (turn !== sought || stored.querySelector("form")) return;
  stored.innerHTML = html;
  for (const row of stored.querySelectorAll("li")) {
    if (row.dataset.conversation === conversation()?.value) row.querySelector("a").setAttribute("aria-current", "true");
  }
}

// The address names what is shown, so that a reload brings it back
function remember() {
  if (!document.querySelector("#fn-messages :is(.fn-greeting, .fn-answer)")) return;
  const named = { library: library(), conversation: conversation()?.value, room: room === "ask" ? "" : room, within };
  const address = `?${new URLSearchParams(Object.entries(named).filter(([, value]) => value))}`;
  if (address !== location.search) history.replaceState(history.state, "", address);
  document.body.classList.toggle("fn-kept", Boolean(named.conversation));
}

function openConversation(link) {
  room === "ask" ? closePassage() : enter("ask");
  document.body.classList.remove("fn-shelf-open");
  for (const one of stored.querySelectorAll("a")) one.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  send(conversation(), decodeURIComponent(link.hash.slice("#open/".length)));
}

async function change(row, method, path = "", body = null) {
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${conversations()}/${row.dataset.conversation}${path}`, { method, headers, body });
  stored.innerHTML = reply.ok ? "" : await reply.text();
  if (reply.ok) await showConversations();
  find.focus();
}

function instead(row, button, form) {
  const before = [...row.childNodes];
  const back = () => {
    row.replaceChildren(...before);
    button.focus();
  };
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    back();
  });
  row.replaceChildren(form);
  return back;
}

function rename(row, button) {
  const title = element("input", { "aria-label": "Title", maxlength: "80", value: row.querySelector(".fn-title").textContent });
  const form = element("form", {}, title);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (title.value.trim()) change(row, "PUT", "/title", JSON.stringify({ title: title.value }));
  });
  instead(row, button, form);
  title.select();
}

function confirmDelete(row, button) {
  const told = `Delete “${row.querySelector(".fn-title").textContent}” with its answers?`;
  const keep = element("button", { type: "button" }, "Keep");
  const form = element("form", { "aria-label": told }, element("p", {}, told), element("button", { class: "fn-sure" }, "Delete"), keep);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (row.dataset.conversation === conversation().value) document.querySelector("#fn-anew").click();
    change(row, "DELETE");
  });
  keep.addEventListener("click", instead(row, button, form));
  keep.focus();
}

stored.addEventListener("click", (event) => {
  const button = event.target.closest("li > button");
  const row = button?.parentElement;
  if (button?.className === "fn-take") offer(button, row.dataset.conversation);
  else if (button) (button.className === "fn-rename" ? rename : confirmDelete)(row, button);
});
let seeking;
find.addEventListener("input", () => {
  clearTimeout(seeking);
  seeking = setTimeout(showConversations, 120);
});

// A conversation leaves as a file, and a shared one comes in

const menu = element("div", { id: "fn-menu", popover: "auto", "aria-label": "Export or share" });
const forms = {
  markdown: ["Markdown", "with its footnotes"],
  html: ["Web page", "on its own, with the quotes; to read or print"],
  bibtex: ["BibTeX", "of the papers cited"],
  footnote: ["Footnote file", "opens in another Footnote, with its passages"],
};
menu.addEventListener("click", (event) => event.target.closest("a") && menu.hidePopover());

function offer(button, id) {
  menu.replaceChildren(
    ...Object.entries(forms).map(([form, [name, what]]) =>
      element("a", { href: `${conversations()}/${id}/as/${form}`, download: "" }, name, element("span", {}, what)),
    ),
  );
  menu.showPopover();
  const [at, size] = [button.getBoundingClientRect(), menu.getBoundingClientRect()];
  const above = at.bottom + size.height + 8 > innerHeight;
  menu.style.top = `${above ? Math.max(8, at.top - size.height - 4) : at.bottom + 4}px`;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
  menu.querySelector("a").focus();
}

const take = element("button", { type: "button", id: "fn-take", "aria-haspopup": "true" }, "Export or share");
take.addEventListener("click", () => offer(take, encodeURIComponent(conversation().value)));

const shared = element("div", { id: "fn-shared" });
const opening = element("input", { type: "file", accept: ".footnote", "aria-label": "A shared conversation", hidden: "" });
const openShared = element("button", { type: "button", class: "fn-link" }, "Open a shared conversation");
const refused = element("div", { role: "status" });
shared.append(openShared, refused);
openShared.addEventListener("click", () => opening.click());
opening.addEventListener("change", async () => {
  await takeIn([...opening.files]);
  opening.value = "";
});

const isShared = (file) => file.name.toLowerCase().endsWith(".footnote");

async function takeIn(files) {
  if (room !== "ask") enter("ask");
  document.querySelector("#fn-show-conversations").checked = true;
  for (const file of files) {
    refused.replaceChildren(element("p", { class: "fn-more" }, `Opening ${file.name}…`));
    const reply = await fetch("/view/shared", { method: "POST", body: file });
    refused.innerHTML = reply.ok ? "" : await reply.text();
    if (!reply.ok) continue;
    const taken = await reply.json();
    if (library() !== taken.library) location.search = new URLSearchParams(taken);
    else {
      closePassage();
      send(conversation(), taken.conversation);
      await showConversations();
    }
  }
}

// The passage behind a footnote

const panel = element("aside", { id: "fn-panel", "aria-label": "Passage", hidden: "" });
const body = element("div", { class: "fn-panel-body" });
const where = element("span", { class: "fn-panel-where", role: "status" });
const previous = element("button", { type: "button", "aria-label": "Previous footnote", title: "Previous footnote (←)" }, "‹");
const next = element("button", { type: "button", "aria-label": "Next footnote", title: "Next footnote (→)" }, "›");
const close = element("button", { type: "button", "aria-label": "Close the passage", title: "Close (Esc)" }, "×");
panel.append(element("div", { class: "fn-panel-head" }, where, previous, next, close), body);
let opener = null; // the footnote that the panel was opened from
let opened = "";

const cites = (node) => node.closest?.('a[href^="#cite/"]');
const siblings = () => [
  ...new Set([...(opener?.closest(".fn-answer")?.querySelectorAll('a[href^="#cite/"]') ?? [])].map((one) => one.getAttribute("href"))),
].sort((a, b) => number(a) - number(b));
const number = (href) => Number(href.split("/").pop());

// A passage is a step in the window's history, which Back takes back
function openPassage(href) {
  const step = { passage: href, room, within };
  if (panel.hidden) history.pushState(step, "");
  else history.replaceState(step, "");
  showPassage(href);
}

async function showPassage(href) {
  opened = href;
  const [, key, answer, which] = href.split("/");
  panel.hidden = false;
  document.body.classList.add("fn-open");
  mark();
  const html = await fragment(`/view/${key}/passage/${answer}/${which}`);
  if (opened !== href) return;
  body.innerHTML = html;
  body.scrollTop = 0;
  showMaths(body);
  body.querySelector("h2")?.focus({ preventScroll: true });
  if (pageViewer()) return showPdfPage(Number(pageViewer().dataset.page));
  const quote = body.querySelector("mark");
  if (quote && quote.getBoundingClientRect().bottom > body.getBoundingClientRect().bottom - 40) {
    quote.scrollIntoView({ block: "center" });
  }
}

function mark() {
  const all = siblings();
  where.textContent = all.length > 1 ? `Footnote ${number(opened)} of ${all.length}` : `Footnote ${number(opened)}`;
  previous.disabled = all.indexOf(opened) <= 0;
  next.disabled = all.indexOf(opened) >= all.length - 1;
  for (const one of document.querySelectorAll('a[href^="#cite/"]')) {
    one.classList.toggle("fn-current", one.getAttribute("href") === opened);
  }
}

function turn(by) {
  const all = siblings();
  const to = all[all.indexOf(opened) + by];
  if (to) openPassage(to);
}

function closePassage() {
  if (panel.hidden) return;
  hidePassage();
  if (history.state?.passage) history.back();
}

function hidePassage() {
  if (panel.hidden) return;
  panel.hidden = true;
  opened = "";
  document.body.classList.remove("fn-open");
  for (const one of document.querySelectorAll(".fn-current")) one.classList.remove("fn-current");
  if (opener?.isConnected) opener.focus();
}

// The pages of a PDF: turned and zoomed; the boxes of the quote are in per cent of the page, and stay in place

const pageZooms = [0.5, 0.75, 1, 1.25, 1.5, 2, 3]; // 1 fits the width of the panel
let pageZoom = 1;
const pageViewer = () => body.querySelector(".fn-viewer");

function showPdfPage(to) {
  const view = pageViewer();
  const page = Math.min(Math.max(to, 1), Number(view.dataset.count));
  view.dataset.page = page;
  const picture = view.querySelector("img");
  const address = `${view.dataset.address}${page}.png?width=${pageZoom > 1 ? 2000 : 1000}`;
  const turned = view.dataset.shown !== String(page);
  view.dataset.shown = page;
  if (picture.getAttribute("src") !== address) picture.src = address;
  picture.alt = `Page ${page} of ${view.dataset.source}`;
  for (const box of view.querySelectorAll(".fn-box")) box.hidden = Number(box.dataset.on) !== page;
  view.querySelector(".fn-page-number").textContent = `Page ${page} of ${view.dataset.count}`;
  for (const lead of view.querySelectorAll("[data-to]")) lead.hidden = Number(lead.dataset.to) === page;
  const ends = { "[data-turn='-1']": page === 1, "[data-turn='1']": page === Number(view.dataset.count) };
  Object.assign(ends, { "[data-zoom='-1']": pageZoom === pageZooms[0], "[data-zoom='1']": pageZoom === pageZooms.at(-1) });
  for (const [button, atTheEnd] of Object.entries(ends)) {
    const one = view.querySelector(button);
    if (atTheEnd && one === document.activeElement) view.querySelector(".fn-page").focus({ preventScroll: true });
    one.disabled = atTheEnd; // a button that has the focus would keep the keys from the panel
  }
  view.querySelector(".fn-sheet").style.width = `${pageZoom * 100}%`;
  view.querySelector(".fn-zoom").textContent = `${pageZoom * 100} %`;
  if (turned) picture.complete ? centreQuote() : picture.addEventListener("load", centreQuote, { once: true });
}

// Brings the quote to the middle of the page's frame; of a page that has none of it, the top
function centreQuote() {
  const frame = pageViewer()?.querySelector(".fn-page");
  if (!frame) return;
  const box = frame.querySelector(".fn-box:not([hidden])");
  const [around, within] = [frame.getBoundingClientRect(), box?.getBoundingClientRect()];
  frame.scrollTop = box ? frame.scrollTop + within.top + within.height / 2 - around.top - around.height / 2 : 0;
  if (box) frame.scrollLeft += within.left + within.width / 2 - around.left - around.width / 2;
}

function turnPdfPage(by) {
  if (!pageViewer()) return;
  showPdfPage(Number(pageViewer().dataset.page) + by);
  pageViewer().scrollIntoView({ block: "nearest" });
}

// Zooms around the quote, or the middle of a page that has none of it: it keeps its height in the frame, or comes in view
function zoomPage(by) {
  if (!pageViewer()) return;
  const frame = pageViewer().querySelector(".fn-page");
  const around = frame.querySelector(".fn-box:not([hidden])") ?? frame.querySelector(".fn-sheet");
  const middle = () => (({ left, top, width, height }) => [left + width / 2, top + height / 2])(around.getBoundingClientRect());
  const before = middle()[1];
  pageZoom = by ? pageZooms[Math.min(Math.max(pageZooms.indexOf(pageZoom) + by, 0), pageZooms.length - 1)] : 1;
  showPdfPage(Number(pageViewer().dataset.page));
  const { left, width, top, bottom } = frame.getBoundingClientRect();
  frame.scrollLeft += middle()[0] - left - width / 2;
  frame.scrollTop += middle()[1] - (top < before && before < bottom ? before : (top + bottom) / 2);
}

async function showMoreText(button) {
  const side = button.dataset.below ? "below" : "above";
  const query = new URLSearchParams({ place: button.dataset[side], after: side === "below" });
  const more = element("div");
  more.innerHTML = await fragment(`${button.dataset.text}?${query}`);
  const { place } = more.firstElementChild?.dataset ?? {};
  const context = body.querySelector(".fn-context");
  if (!context) return;
  showMaths(more);
  context[side === "below" ? "append" : "prepend"](...more.childNodes);
  button.dataset[side] = place ?? "";
  if (place === undefined) button.remove();
}

body.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  const { turn: by, to, zoom: step, text } = button.dataset;
  if (by) turnPdfPage(Number(by));
  else if (to) turnPdfPage(Number(to) - Number(pageViewer().dataset.page));
  else if (step) zoomPage(Number(step));
  else if (text) showMoreText(button);
});

// The keys of the passage, apart from those of a browser; in a page that is zoomed in, the arrows scroll
function panelKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (by && event.shiftKey) turnPdfPage(by);
  else if (by && !(pageZoom > 1 && event.target.closest(".fn-page"))) turn(by);
  else if (event.key === "+" || event.key === "=") zoomPage(1);
  else if (event.key === "-") zoomPage(-1);
  else if (event.key === "0") zoomPage(0);
}

previous.addEventListener("click", () => turn(-1));
next.addEventListener("click", () => turn(1));
close.addEventListener("click", closePassage);
window.addEventListener("popstate", ({ state }) => {
  if (state?.passage) showPassage(state.passage);
  else hidePassage();
  if ((state?.room ?? "ask") !== room || (state?.within ?? "") !== within) showRoom(state?.room ?? "ask", state?.within);
  remember(); // the step gone back to may name what was shown before
});

// The card at a footnote on which a pointer rests, or to which Tab comes: its quote, its paper, its verdict

const noteCard = element("div", { id: "fn-card", role: "tooltip", hidden: "" });
let cardLink = null; // the footnote whose card is shown, or is about to be
let [cardComing, cardGoing, lastKey] = [0, 0, ""];

function pointAtNote(link) {
  clearTimeout(cardGoing);
  if (link === cardLink) return;
  hideNoteCard();
  cardLink = link;
  cardComing = setTimeout(() => showNoteCard(link), 200);
}

async function showNoteCard(link) {
  const [, key, answer, which] = link.getAttribute("href").split("/");
  if (link.getAttribute("href") === opened) return; // the panel shows it
  const html = await fragment(`/view/${key}/card/${answer}/${which}`);
  if (link !== cardLink || !link.isConnected) return;
  noteCard.innerHTML = html;
  for (const verdict of link.closest(".fn-statement")?.querySelectorAll(".fn-verdict") ?? []) {
    const told = element("b", {}, verdict.textContent);
    noteCard.append(element("p", { class: "fn-card-verdict" }, told, ` ${verdict.title}`));
  }
  showMaths(noteCard);
  link.setAttribute("aria-describedby", noteCard.id);
  noteCard.hidden = false;
  const [at, size] = [link.getBoundingClientRect(), noteCard.getBoundingClientRect()];
  const below = at.bottom + 8 + size.height < innerHeight;
  noteCard.style.top = `${Math.max(8, below ? at.bottom + 8 : at.top - 8 - size.height)}px`;
  noteCard.style.left = `${Math.max(8, Math.min(at.left - 24, innerWidth - size.width - 8))}px`;
}

function hideNoteCard() {
  clearTimeout(cardComing);
  clearTimeout(cardGoing);
  cardLink?.removeAttribute("aria-describedby");
  cardLink = null;
  noteCard.hidden = true;
}

document.addEventListener("pointerover", ({ target, pointerType }) => {
  if (pointerType === "touch") return;
  const link = target.closest("a.fn-mark");
  if (link) pointAtNote(link);
  else if (noteCard.contains(target)) clearTimeout(cardGoing);
  else if (cardLink && cardLink !== document.activeElement) {
    clearTimeout(cardGoing);
    cardGoing = setTimeout(hideNoteCard, 150);
  }
});
document.addEventListener("focusin", ({ target }) => {
  if (lastKey === "Tab" && target.matches("a.fn-mark")) pointAtNote(target);
  else hideNoteCard();
});
document.addEventListener("pointerdown", ({ target }) => {
  lastKey = "";
  if (!noteCard.contains(target)) hideNoteCard();
});
document.addEventListener("scroll", ({ target }) => noteCard.hidden || noteCard.contains(target) || hideNoteCard(), true);
document.addEventListener(
  "keydown",
  (event) => {
    lastKey = event.key;
    if (event.key !== "Tab" && event.key !== "Escape") return;
    if (event.key === "Escape" && !noteCard.hidden) event.stopPropagation(); // it closes the card alone
    hideNoteCard();
  },
  true,
);

function reopenPassage() {
  const link = [...document.querySelectorAll('a[href^="#cite/"]')].find((one) => one.getAttribute("href") === reopened);
  if (!link) return;
  reopened = null;
  opener = link;
  showPassage(link.getAttribute("href"));
}

// Compare: papers and aspects are chosen, the table grows and shrinks; what it shows is stored, and named by its answer's id

const compareAt = (path = "") => `/view/${encodeURIComponent(library())}/compare${path}`;
const compareChoice = new Map(); // library -> the ids of the papers and the names of the aspects that are chosen
let compareMade = ["", ""]; // the id of the table that was just made, and its HTML
let compareWork = null; // what stops the work at hand
const mostCompared = 8;

const compareRoom = addRoom("compare", "Compare", async (section, answer) => {
  compareWork?.abort();
  rooms.get("compare").link.setAttribute("href", answer ? `#room/compare/${answer}` : "#room/compare");
  const { papers, aspects } = compareChoice.get(library()) ?? { papers: [...(chosen.get(library()) ?? [])], aspects: [] };
  const query = new URLSearchParams([...papers.map((id) => ["paper", id]), ...aspects.map((name) => ["on", name])]);
  const [made, html] = compareMade;
  compareMade = ["", ""];
  if (answer && made === answer) {
    section.innerHTML = html;
    showMaths(section);
  } else await fill(section, answer ? compareAt(`/${encodeURIComponent(answer)}`) : compareAt(`?${query}`));
});

function compareTicked(ids) {
  const button = element("button", { type: "button", class: "fn-link" }, "Compare these");
  button.addEventListener("click", () => {
    compareChoice.set(library(), { papers: ids, aspects: [] });
    enter("compare");
  });
  return button;
}

const compareIds = () => [...compareRoom.querySelectorAll("[data-paper]:is(li:not([role]), th)")].map((one) => one.dataset.paper);
const compareAspects = () => [...compareRoom.querySelectorAll("[data-aspect]")].map((one) => one.dataset.aspect);
const compareTable = () => compareRoom.querySelector("[data-answer]")?.dataset.answer ?? "";
const compareSay = (...told) => compareRoom.querySelector(".fn-compare-told [role=status]")?.replaceChildren(...told);

async function compare(asked) {
  compareWork?.abort();
  const mine = (compareWork = new AbortController());
  const stop = compareRoom.querySelector(".fn-compare-stop");
  const step = element("p", { class: "fn-step" }, "beginning");
  const answerOf = (html) => {
    const shown = element("div");
    shown.innerHTML = html;
    return shown.querySelector("[data-answer]")?.dataset.answer;
  };
  compareSay(step);
  stop.hidden = false;
  try {
    const tell = (message) => (compareRoom.hidden ? mine.abort() : step.replaceChildren(message));
    const html = await work(compareAt(), { ...asked, before: compareTable() }, tell, mine.signal);
    if (mine.signal.aborted || compareRoom.hidden) return;
    const answer = answerOf(html);
    if (!answer) return showCompareNotice(html);
    compareMade = [answer, html];
    enter("compare", answer);
    compareRoom.querySelector("h2").focus();
    return true;
  } catch (error) {
    if (mine === compareWork) compareSay(mine.signal.aborted ? "Stopped; nothing was changed." : "Footnote does not answer. Is it still running?");
  } finally {
    stop.hidden = true;
    if (mine === compareWork) compareWork = null;
  }
}

function showCompareNotice(html) {
  compareRoom.querySelector(".fn-compare-told [role=status]").innerHTML = html;
}

// Puts the keyboard where it was before the table was shown anew
async function compareAnew(papers, aspects, focus) {
  const top = compareRoom.scrollTop;
  if (!(await compare({ papers, on: aspects }))) return;
  compareRoom.scrollTop = top;
  compareRoom.querySelector(focus).focus({ preventScroll: true });
}

function keepChoice() {
  compareChoice.set(library(), { papers: compareIds(), aspects: compareAspects() });
}

function chip(kind, key, ...label) {
  const name = label.map((one) => one.textContent ?? one).join("");
  const out = element("button", { type: "button", "aria-label": `Take out “${name}”`, title: "Take out" }, "×");
  return element("li", { [`data-${kind}`]: key }, element("span", {}, ...label), out);
}

function addPaper(option) {
  const [id, title] = [option.dataset.paper, option.querySelector(".fn-title")];
  const ids = compareIds();
  if (ids.includes(id)) return compareSay(`“${title.textContent}” is chosen already.`);
  if (ids.length === mostCompared) return compareSay(`${mostCompared} papers are the most for one table.`);
  if (compareTable()) return compareAnew([...ids, id], compareAspects(), "#fn-compare-paper");
  compareRoom.querySelector('[aria-label="Chosen papers"]').append(chip("paper", id, ...title.cloneNode(true).childNodes));
  compareSay("");
  keepChoice();
}

function addAspects(names) {
  const known = compareAspects().map((name) => name.toLowerCase());
  const added = names.map((name) => name.trim()).filter((name) => name && !known.includes(name.toLowerCase()));
  if (!added.length) return compareSay(names.some((name) => name.trim()) ? "That aspect is chosen already." : "");
  if (compareTable()) return compareAnew(compareIds(), [...compareAspects(), ...added], "#fn-compare-aspect");
  const chips = compareRoom.querySelector('[aria-label="Chosen aspects"]');
  chips.append(...added.map((name) => chip("aspect", name, name)));
  for (const one of compareRoom.querySelectorAll("[data-suggested]")) one.hidden ||= added.includes(one.dataset.suggested);
  compareSay("");
  keepChoice();
}

function takeOut(button) {
  const one = button.parentElement;
  if (one.matches("li")) {
    const box = compareRoom.querySelector(one.dataset.paper ? "#fn-compare-paper" : "#fn-compare-aspect");
    const suggested = [...compareRoom.querySelectorAll("[data-suggested]")].find((each) => each.dataset.suggested === one.dataset.aspect);
    if (suggested) suggested.hidden = false;
    one.remove();
    box.focus();
    return keepChoice();
  }
  const papers = compareIds().filter((id) => id !== one.dataset.paper);
  const aspects = compareAspects().filter((name) => name !== one.dataset.aspect);
  if (!aspects.length) return compareSay("This is the only row. Add another first.");
  compareAnew(papers, aspects, "h2");
}

// Sorting: rows by aspect, columns by what they say on one aspect or by what the library knows of the papers; a third
// press brings back the order in which they were chosen

const turned = { none: "ascending", ascending: "descending", descending: "none" };

function sortTable(head) {
  const way = turned[head.getAttribute("aria-sort")];
  const body = compareRoom.querySelector("tbody");
  for (const one of compareRoom.querySelectorAll("[aria-sort]")) {
    if (head.dataset.aspect === undefined || one.dataset.aspect !== undefined) one.setAttribute("aria-sort", "none");
  }
  head.setAttribute("aria-sort", way);
  const by = head.dataset.aspect;
  if (by === undefined) {
    const rows = [...body.rows];
    for (const [place, row] of rows.entries()) row.dataset.place ??= place;
    const name = (row) => row.cells[0].dataset.aspect;
    rows.sort((a, b) => (way === "none" ? a.dataset.place - b.dataset.place : name(a).localeCompare(name(b))));
    body.append(...(way === "descending" ? rows.reverse() : rows));
    return compareSay(way === "none" ? "Rows as chosen." : `Rows sorted by aspect, ${way}.`);
  }
  compareRoom.querySelector(".fn-order select").value = "place";
  const row = head.parentElement;
  const cells = [...row.cells].slice(1);
  const figures = cells.filter((cell) => cell.dataset.figure).length > 1;
  const key = (place) => {
    const cell = cells[place];
    return cell.className === "fn-silent" ? null : figures ? (cell.dataset.figure ? Number(cell.dataset.figure) : null) : cell.textContent;
  };
  sortColumns(key, way);
  compareSay(way === "none" ? "Papers as chosen." : `Papers sorted by ${by}, ${figures ? { ascending: "smallest", descending: "largest" }[way] : way === "ascending" ? "A" : "Z"} first.`);
}

// Orders the columns by a key of each; those without one stay last
function sortColumns(key, way) {
  const heads = [...compareRoom.querySelectorAll("thead th[data-paper]")];
  for (const [place, head] of heads.entries()) head.dataset.place ??= place;
  const order = [...heads.keys()];
  const original = (a, b) => heads[a].dataset.place - heads[b].dataset.place;
  order.sort((a, b) => {
    if (way === "none") return original(a, b);
    const [one, other] = [key(a), key(b)];
    if (one === null || other === null) return (one === null) - (other === null) || original(a, b);
    const apart = typeof one === "number" ? one - other : one.localeCompare(other);
    return (way === "descending" ? -apart : apart) || original(a, b);
  });
  for (const row of compareRoom.querySelectorAll("table tr")) {
    const cells = [...row.cells].slice(1);
    row.append(...order.map((place) => cells[place]));
  }
}

function orderPapers(by) {
  for (const one of compareRoom.querySelectorAll("th[data-aspect]")) one.setAttribute("aria-sort", "none");
  const heads = [...compareRoom.querySelectorAll("thead th[data-paper]")];
  const keys = { year: (place) => Number(heads[place].dataset.year) || null };
  sortColumns(keys[by] ?? ((place) => heads[place].dataset[by] || null), by === "place" ? "none" : "ascending");
  compareSay(by === "place" ? "Papers as chosen." : `Papers sorted by ${by}.`);
}

// The box that offers papers: the arrows go through them, Enter takes one, Escape closes the list

let offering = 0;
let offerLater;

async function offerPapers(box) {
  const turn = ++offering;
  const html = await fragment(compareAt(`/papers?q=${encodeURIComponent(box.value)}`));
  if (turn !== offering || !box.isConnected) return;
  const offered = box.nextElementSibling;
  offered.innerHTML = html;
  showMaths(offered);
  offered.hidden = false;
  box.setAttribute("aria-expanded", "true");
  pointAt(box, null);
}

function closeOffers(box) {
  offering++;
  clearTimeout(offerLater);
  box.nextElementSibling.hidden = true;
  box.nextElementSibling.replaceChildren();
  box.setAttribute("aria-expanded", "false");
  pointAt(box, null);
}

function pointAt(box, option) {
  for (const one of box.nextElementSibling.children) one.setAttribute("aria-selected", one === option);
  option ? box.setAttribute("aria-activedescendant", option.id) : box.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function takeOffer(box, option) {
  box.value = "";
  closeOffers(box);
  addPaper(option);
}

function pickerKey(event) {
  const box = event.target;
  const offered = [...box.nextElementSibling.querySelectorAll("[role=option]")];
  const open = !box.nextElementSibling.hidden;
  const at = offered.findIndex((one) => one.id === box.getAttribute("aria-activedescendant"));
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!open) return offerPapers(box);
    const to = event.key === "ArrowDown" ? at + 1 : at < 0 ? offered.length - 1 : at - 1;
    pointAt(box, offered[to] ?? null);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (!open && box.value) offerPapers(box);
    else if (offered.length) takeOffer(box, offered[Math.max(at, 0)]);
  } else if (event.key === "Escape" && open) {
    event.stopPropagation();
    closeOffers(box);
  } else if (event.key === "Backspace" && !box.value) {
    [...compareRoom.querySelectorAll('[aria-label="Chosen papers"] button')].pop()?.click();
  }
}

compareRoom.addEventListener("keydown", (event) => {
  if (event.target.matches("[role=combobox]")) pickerKey(event);
});
compareRoom.addEventListener("input", (event) => {
  if (!event.target.matches("[role=combobox]")) return;
  clearTimeout(offerLater);
  offerLater = setTimeout(offerPapers, 120, event.target);
});
compareRoom.addEventListener("focusout", (event) => {
  if (event.target.matches("[role=combobox]")) closeOffers(event.target);
});
compareRoom.addEventListener("mousedown", (event) => {
  const option = event.target.closest("[role=listbox] > *");
  if (!option) return;
  event.preventDefault(); // the box keeps the keyboard
  if (option.matches("[role=option]")) takeOffer(option.closest(".fn-picker").querySelector("input"), option);
});
compareRoom.addEventListener("change", (event) => {
  if (event.target.matches(".fn-order select")) orderPapers(event.target.value);
});
compareRoom.addEventListener("submit", (event) => {
  event.preventDefault();
  const box = event.target.querySelector("input");
  if (event.target.matches(".fn-ask-box")) {
    if (box.value.trim()) compare({ question: box.value });
    return;
  }
  const names = box.value.split(/[,;]/);
  box.value = "";
  addAspects(names);
});
compareRoom.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.matches(".fn-sort")) sortTable(button.parentElement);
  else if (button.matches(".fn-out, .fn-chips button")) takeOut(button);
  else if (button.dataset.suggested) addAspects([button.dataset.suggested]);
  else if (button.matches(".fn-compare-stop")) compareWork?.abort();
  else if (button.matches(".fn-compare-go")) {
    const papers = compareIds();
    if (papers.length < 2) return compareSay("A comparison needs two papers or more. Choose another paper.");
    compare({ papers, on: compareAspects() });
  }
});

// Library: the papers as a table and on a map; adding, tagging, removing, and what was read badly

const catalogue = (path) => `/view/${encodeURIComponent(library())}/catalogue/${path}`;
const tableAsked = { q: "", tag: "", year: "", sort: "title", descending: false, page: 1 };
const picks = new Map(); // library -> ids of the papers that are chosen in the table
const picked = () => picks.get(library()) ?? picks.set(library(), new Set()).get(library());
const makeButton = (text, attributes = {}) => element("button", { type: "button", ...attributes }, text);

const adding = element("div", { id: "fn-adding" });
const paneTabs = element("nav", { id: "fn-views", "aria-label": "Views of the library" });
const findInLibrary = element("input", {
  type: "search", id: "fn-find-paper", placeholder: "Search title, author, venue, file, tag", "aria-label": "Search the library",
});
const pane = element("div", { id: "fn-view" });
const chosenBar = element("div", { id: "fn-doing", role: "region", "aria-label": "The chosen papers", hidden: "" });
const outcome = element("div", { id: "fn-done", role: "status" });
const filesInput = element("input", { type: "file", multiple: "", hidden: "", "aria-label": "Files to add" });
const folderInput = element("input", { type: "file", webkitdirectory: "", hidden: "", "aria-label": "A folder to add" });
let [viewed, viewTurn, undone] = ["papers", 0, 0];

const libraryRoom = addRoom("library", "Library", (_, name) => {
  viewed = name || "papers";
  showAdding();
  showView();
});
libraryRoom.id = "fn-library-room"; // the choice of library has the shorter name
libraryRoom.classList.add("fn-library-room");
const addFiles = makeButton("Add files", { id: "fn-add-files" });
const addFolder = makeButton("Add a folder", { id: "fn-add-folder" });
const addText = makeButton("Paste text", { id: "fn-add-text" });
libraryRoom.append(
  element(
    "div", {},
    element("div", { class: "fn-library-head" }, element("h2", {}, "Library"), element("div", { class: "fn-do" }, addFiles, addFolder, addText)),
    filesInput, folderInput, adding, paneTabs, findInLibrary, outcome, pane, chosenBar,
  ),
);

async function showView() {
  for (const link of paneTabs.children) markView(link);
  const [shown, of] = [showPane(), library()];
  const html = await fragment(catalogue("views"));
  if (of === library()) refill(paneTabs, html);
  for (const link of paneTabs.children) markView(link);
  return shown;
}

async function showPane() {
  const turn = ++viewTurn;
  findInLibrary.hidden = viewed !== "papers";
  const html = await fragment(catalogue(viewed === "papers" ? `papers?${new URLSearchParams(tableAsked)}` : viewed));
  if (turn !== viewTurn) return;
  refill(pane, html);
  pane.dataset.shown = viewed;
  showMaths(pane);
  if (viewed === "papers") tellPicked();
  else chosenBar.hidden = true;
  if (viewed === "map") prepareMap();
}

function markView(link) {
  link.dataset.view === viewed ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
}

// Puts HTML in place of what is there; the focus stays on what is the same
function refill(root, html) {
  const at = root.contains(document.activeElement) ? document.activeElement : null;
  const [name, value] = Object.entries(at?.dataset ?? {})[0] ?? [];
  root.innerHTML = html;
  if (at?.id) root.querySelector(`#${CSS.escape(at.id)}`)?.focus({ preventScroll: true });
  else if (name) root.querySelector(`[data-${name}="${CSS.escape(value)}"]`)?.focus({ preventScroll: true });
}

// Has the server do something; tells what is wrong, else gives its reply
async function command(address, asked = {}) {
  const headers = { "content-type": "application/json" };
  const reply = await fetch(address, { method: "POST", headers, body: JSON.stringify(asked) });
  const html = await reply.text();
  if (reply.ok) return { html };
  if (reply.headers.get("content-type")?.startsWith("text/html")) outcome.innerHTML = html;
  else announce("That could not be done.");
  return null;
}

function announce(text, ...more) {
  clearTimeout(undone);
  outcome.replaceChildren(...(text ? [element("p", {}, text, ...more)] : []));
}

async function changeLibrary(address, asked, text, ...more) {
  const reply = await command(catalogue(address), asked);
  if (!reply) return false;
  announce(text, ...more);
  await showView();
  showPapers();
  return true;
}

// Several papers are chosen, and something is done with them

function tellPicked() {
  const ids = picked();
  for (const box of pane.querySelectorAll("tbody input")) box.checked = ids.has(box.value);
  const [all, boxes] = [pane.querySelector(".fn-all"), [...pane.querySelectorAll("tbody input")]];
  if (all) {
    all.checked = boxes.length > 0 && boxes.every((box) => box.checked);
    all.indeterminate = !all.checked && boxes.some((box) => box.checked);
  }
  chosenBar.hidden = !ids.size;
  if (!ids.size) return;
  const tags = [...pane.querySelectorAll("#fn-by-tag option")].map((one) => one.value).filter((one) => one.startsWith("=")).map((one) => one.slice(1));
  const acts = {
    "Tag…": () => askTag("tag", tags),
    "Untag…": () => askTag("untag", tags),
    Merge: () => changeLibrary("merge", { papers: [...ids] }, `${papersCounted(ids.size)} are one now. Under Duplicates they can be taken apart.`).then((well) => well && pickNone()),
    Remove: removePicked,
    "Ask about these": () => {
      chosen.set(library(), new Set(ids));
      showPapers();
      enter("ask");
    },
    "Compare these": () => {
      compareChoice.set(library(), { papers: [...ids], aspects: [] });
      enter("compare");
    },
    "Choose none": pickNone,
  };
  const usable = { "Untag…": tags.length, Merge: ids.size > 1, "Compare these": ids.size > 1 };
  const buttons = Object.entries(acts).map(([name, act]) => {
    const made = makeButton(name, { "data-act": name });
    made.disabled = name in usable && !usable[name];
    made.addEventListener("click", act);
    return made;
  });
  const focus = chosenBar.contains(document.activeElement) && document.activeElement.dataset.act;
  chosenBar.replaceChildren(element("b", {}, `${ids.size.toLocaleString("en")} chosen`), ...buttons);
  buttons.find((one) => one.dataset.act === focus)?.focus();
}

const papersCounted = (number) => (number === 1 ? "1 paper" : `${number.toLocaleString("en")} papers`);

function pickNone() {
  picked().clear();
  tellPicked();
}

function askTag(action, tags) {
  const options = element("datalist", { id: "fn-known-tags" }, ...tags.map((tag) => element("option", { value: tag })));
  const words = element("input", { type: "text", maxlength: "60", required: "", list: "fn-known-tags", "aria-label": action === "tag" ? "Tag to put on" : "Tag to take off" });
  const form = element("form", {}, words, options, element("button", { class: "fn-main" }, action === "tag" ? "Tag" : "Untag"), makeButton("Cancel"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = { papers: [...picked()], tag: words.value };
    changeLibrary(action, asked, `${papersCounted(asked.papers.length)} ${action === "tag" ? "tagged" : "no longer tagged"} “${words.value.trim()}”.`);
  });
  form.lastChild.addEventListener("click", tellPicked);
  form.addEventListener("keydown", (event) => event.key === "Escape" && (event.stopPropagation(), tellPicked()));
  chosenBar.replaceChildren(element("b", {}, `${picked().size.toLocaleString("en")} chosen`), form);
  words.focus();
}

async function removePicked() {
  const papers = [...picked()];
  const undo = makeButton("Undo", { class: "fn-main" });
  undo.addEventListener("click", () => changeLibrary("restore", { papers }, `${papersCounted(papers.length)} restored.`));
  if (!(await changeLibrary("remove", { papers }, `${papersCounted(papers.length)} removed. `, undo))) return;
  for (const id of papers) chosen.get(library())?.delete(id);
  pickNone();
  tellLimit();
  undo.focus();
  undone = setTimeout(() => outcome.contains(undo) && announce(""), 10_000);
}

pane.addEventListener("change", ({ target }) => {
  if (target.matches("tbody input")) target.checked ? picked().add(target.value) : picked().delete(target.value);
  else if (target.matches(".fn-all")) {
    for (const box of pane.querySelectorAll("tbody input")) target.checked ? picked().add(box.value) : picked().delete(box.value);
  } else if (target.name === "fn-map-by") return showMap(target.value);
  else if (target.matches("select")) {
    Object.assign(tableAsked, { [{ "fn-by-tag": "tag", "fn-by-year": "year", "fn-by-column": "sort" }[target.id]]: target.value, page: 1 });
    return showPane();
  }
  tellPicked();
});

pane.addEventListener("click", async ({ target }) => {
  const pressed = target.closest("button");
  const { sort, page, tag, group, do: act } = pressed?.dataset ?? {};
  if (sort) Object.assign(tableAsked, { sort, descending: tableAsked.sort === sort && !tableAsked.descending, page: 1 });
  if (page) Object.assign(tableAsked, { page });
  if (tag) Object.assign(tableAsked, { tag, page: 1 });
  if (sort || page || tag) {
    await showPane();
    if (page) libraryRoom.scrollTo({ top: 0 });
  }
  if (group) onlyGroup(pressed);
  const papers = (pressed?.dataset.papers ?? pressed?.closest("[data-papers]")?.dataset.papers ?? "").split(" ");
  if (act === "merge") changeLibrary("merge", { papers }, "The two are one paper now.");
  else if (act === "apart") changeLibrary("apart", { papers }, "Both are kept, and not offered again.");
  else if (act === "separate") changeLibrary("separate", { source_id: pressed.dataset.source, name: pressed.dataset.name }, "It is a paper of its own now.");
  else if (act === "restore") changeLibrary("restore", { papers }, "1 paper restored.");
  else if (act === "empty") confirmEmpty(pressed);
  else if (act === "forget" && (await command("/view/adding/forget", { path: pressed.parentElement.dataset.path }))) showView();
});

function confirmEmpty(pressed) {
  const sure = makeButton("Delete for good", { class: "fn-main" });
  const keep = makeButton("Keep them");
  sure.addEventListener("click", () => changeLibrary("empty", {}, "What was removed is deleted."));
  keep.addEventListener("click", showView);
  pressed.parentElement.replaceChildren("This cannot be undone. ", sure, " ", keep);
  keep.focus();
}

pane.addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = event.target.querySelector("input");
  const asked = { path: event.target.closest("li").dataset.path, password: field.value };
  field.value = "";
  announce("Unlocking…");
  const reply = await command("/view/adding/unlock", asked);
  if (!reply) return field.focus();
  announce("It is unlocked, and is being read.");
  showStanding(reply.html);
  showView();
});

let finding;
findInLibrary.addEventListener("input", () => {
  clearTimeout(finding);
  finding = setTimeout(() => {
    Object.assign(tableAsked, { q: findInLibrary.value, page: 1 });
    showPane();
  }, 60);
});

// The map: a point is named when pointed at or reached with the arrow keys

let mapPoints = [];

async function showMap(by) {
  refill(pane, await fragment(catalogue(`map?by=${by}`)));
  pane.querySelector(`[name="fn-map-by"][value="${by}"]`)?.focus();
  prepareMap();
}

function prepareMap() {
  const map = pane.querySelector(".fn-map");
  if (!map) return;
  mapPoints = [...map.querySelectorAll("a")].map((link) => {
    const [x, y] = link.getAttribute("transform").match(/[\d.]+/g).map(Number);
    return { link, x, y };
  });
  nearestTo(500, 300).link.setAttribute("tabindex", "0");
  const name = map.querySelector(".fn-map-name");
  const call = (link) => {
    const [at, frame] = [link.getBoundingClientRect(), map.getBoundingClientRect()];
    name.textContent = link.getAttribute("aria-label");
    name.hidden = false;
    const left = Math.min(Math.max(at.left + at.width / 2 - frame.left, name.offsetWidth / 2), frame.width - name.offsetWidth / 2);
    name.style.left = `${left}px`;
    name.style.top = `${at.top - frame.top < name.offsetHeight + 14 ? at.bottom - frame.top + 8 : at.top - frame.top - name.offsetHeight - 8}px`;
  };
  map.addEventListener("pointerover", ({ target }) => target.closest("a") && call(target.closest("a")));
  map.addEventListener("pointerout", () => (name.hidden = true));
  map.addEventListener("focusin", ({ target }) => call(target));
  map.addEventListener("focusout", () => (name.hidden = true));
  map.addEventListener("keydown", walkMap);
  pane.querySelector(".fn-map-list").addEventListener("toggle", async ({ target }) => {
    const by = pane.querySelector('[name="fn-map-by"]:checked').value;
    if (target.open) target.lastElementChild.innerHTML = await fragment(catalogue(`map/list?by=${by}`));
    showMaths(target);
  });
}

const nearestTo = (x, y) => mapPoints.reduce((best, one) => (Math.hypot(one.x - x, one.y - y) < Math.hypot(best.x - x, best.y - y) ? one : best));

function walkMap(event) {
  const [right, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [];
  const from = mapPoints.find(({ link }) => link === event.target);
  if (right === undefined || !from) return;
  event.preventDefault();
  let [best, least] = [null, Infinity];
  for (const one of mapPoints) {
    const along = (one.x - from.x) * right + (one.y - from.y) * down;
    const aside = Math.abs((one.x - from.x) * down) + Math.abs((one.y - from.y) * right);
    if (along > 0 && along + 2 * aside < least) [best, least] = [one, along + 2 * aside];
  }
  if (!best) return;
  from.link.setAttribute("tabindex", "-1");
  best.link.setAttribute("tabindex", "0");
  best.link.focus();
}

function onlyGroup(pressed) {
  const style = pressed.querySelector("svg").getAttribute("class");
  const on = pressed.getAttribute("aria-pressed") !== "true";
  for (const one of pane.querySelectorAll(".fn-legend button")) one.setAttribute("aria-pressed", String(one === pressed && on));
  for (const { link } of mapPoints) link.classList.toggle("fn-dim", on && !link.classList.contains(style));
}

// Adding: files, folders and pasted text are brought to the server one by one, which reads them in that order

let polling, unsent = [], bringing = false;

async function showAdding() {
  showStanding(await fragment("/view/adding"));
}

function showStanding(html) {
  const busy = adding.querySelector("[data-busy]") !== null;
  refill(adding, html);
  const now = adding.querySelector("[data-busy]") !== null;
  tellUnsent();
  clearTimeout(polling);
  if (now || bringing) polling = setTimeout(showAdding, 600);
  if (busy && !now) {
    if (document.querySelector("#fn-messages .fn-greeting")) document.querySelector("#fn-anew").click(); // welcomes to what came
    showPapers();
    if (room === "library") showView();
  }
}

function tellUnsent() {
  const place = adding.querySelector(".fn-standing");
  if (!place || !unsent.length) return;
  const text = bringing ? `${unsent.length.toLocaleString("en")} still to be brought in` : `${unsent.length.toLocaleString("en")} not brought in`;
  const act = bringing ? makeButton("Stop", { "data-adding": "stop" }) : makeButton("Go on", { "data-adding": "bring" });
  if (bringing && place.querySelector("[data-adding=stop]")) place.prepend(element("p", { class: "fn-told" }, text));
  else place.prepend(element("p", { class: "fn-do" }, text, " ", act));
}

async function bringIn(found) {
  if (library() !== "mine") document.querySelector('#fn-library input[value="mine"]')?.click();
  if (room !== "library") enter("library");
  await showAdding();
  const { limit, readable } = adding.querySelector(".fn-standing").dataset;
  const seen = found.filter(({ name }) => !/(^|\/)\./.test(name));
  const known = seen.filter(({ name }) => readable.split(" ").some((end) => name.toLowerCase().endsWith(end)));
  const others = seen.filter((one) => !known.includes(one)).map(({ name }) => name);
  announce(others.length ? `Not of a type that Footnote reads: ${others.slice(0, 5).join(", ")}${others.length > 5 ? ` and ${others.length - 5} more` : ""}.` : "");
  unsent.push(...known);
  if (bringing) return;
  bringing = true;
  const batch = crypto.randomUUID(); // what is brought in together is told of together
  while (bringing && unsent.length) {
    const { file, name } = unsent[0];
    const address = file.size > Number(limit) ? "too-large" : "file";
    const sent = await fetch(`/view/adding/${address}?${new URLSearchParams({ name, batch })}`, { method: "POST", body: address === "file" ? file : null }).catch(() => null);
    if (!sent?.ok) {
      if (sent?.headers.get("content-type")?.startsWith("text/html")) outcome.innerHTML = await sent.text();
      else announce(`${name} could not be brought in.`);
      if (!sent) break; // the application does not answer
    }
    unsent.shift();
    if (unsent.length % 10 === 0) await showAdding();
  }
  bringing = false;
  await showAdding();
  if (room === "library") showView();
}

const namedFiles = (files) => [...files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
addFiles.addEventListener("click", () => filesInput.click());
addFolder.addEventListener("click", () => folderInput.click());
for (const input of [filesInput, folderInput]) {
  input.addEventListener("change", () => {
    bringIn(namedFiles(input.files));
    input.value = "";
  });
}

async function filesWithin(entry, folder = "") {
  if (entry.isFile) return [{ file: await new Promise((well, badly) => entry.file(well, badly)), name: folder + entry.name }];
  const [reader, found] = [entry.createReader(), []];
  for (;;) {
    const some = await new Promise((well, badly) => reader.readEntries(well, badly));
    if (!some.length) return found;
    for (const one of some) found.push(...(await filesWithin(one, `${folder}${entry.name}/`)));
  }
}

adding.addEventListener("click", async ({ target }) => {
  const act = target.closest("[data-adding]")?.dataset.adding;
  if (!act) return;
  if (act === "stop") bringing = false;
  if (act === "bring") return bringIn(unsent.splice(0));
  const reply = await command(`/view/adding/${act}`);
  if (reply) showStanding(reply.html);
});

const pasting = element("dialog", { id: "fn-pasting", "aria-labelledby": "fn-pasting-head" });
addText.addEventListener("click", () => {
  const title = element("input", { type: "text", maxlength: "250", required: "" });
  const text = element("textarea", { rows: "12", required: "" });
  const problem = element("div", { role: "alert" });
  const cancel = makeButton("Cancel");
  const form = element(
    "form", {},
    element("h2", { id: "fn-pasting-head" }, "Paste text"),
    element("label", {}, "Title ", title), element("label", {}, "Text ", text), problem,
    element("p", { class: "fn-do" }, element("button", { class: "fn-main" }, "Add"), cancel),
  );
  cancel.addEventListener("click", () => pasting.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ title: title.value, text: text.value });
    const reply = await fetch("/view/adding/text", { method: "POST", headers, body });
    if (!reply.ok) return void (problem.textContent = "The text could not be added: it needs a title and some words, at most 5 million characters.");
    pasting.close();
    if (library() !== "mine") document.querySelector('#fn-library input[value="mine"]')?.click();
    showStanding(await reply.text());
  });
  pasting.replaceChildren(form);
  pasting.showModal();
});

// The settings: tried before they are kept; a key goes in and never comes back

const settings = addRoom("settings", "Settings", (section) => fill(section, "/view/settings"));

async function submitSettings(address, telling) {
  const form = settings.querySelector("form");
  const said = form.querySelector(".fn-said");
  const { engine, key, forget_key, ...values } = Object.fromEntries(new FormData(form));
  said.replaceChildren(element("p", { class: "fn-step" }, telling));
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  const asked = { engine: engine ?? "", key: key ?? "", forget_key: forget_key === "on", values };
  const headers = { "content-type": "application/json" };
  const reply = await fetch(address, { method: "POST", headers, body: JSON.stringify(asked) });
  const html = await reply.text();
  for (const button of form.querySelectorAll("button")) button.disabled = false;
  if (html.startsWith("<form")) settings.innerHTML = html;
  else said.innerHTML = html;
  tellEngine();
}

async function tellEngine() {
  const line = document.querySelector("#fn-engine .fn-engine");
  if (line) line.innerHTML = await fragment("/view/engine");
}

settings.addEventListener("click", (event) => {
  if (event.target.closest(".fn-try")) submitSettings("/view/settings/try", "Asking the server…");
});
settings.addEventListener("input", ({ target }) => {
  const from = target.closest(".fn-setting")?.querySelector(".fn-from");
  if (from) from.textContent = "Not kept yet.";
});
settings.addEventListener("submit", (event) => {
  event.preventDefault();
  submitSettings("/view/settings", "Keeping the settings…");
});

// The keys: those that work everywhere hold Alt and Shift, so that they type nothing and disturb no screen reader

const keys = element("dialog", { id: "fn-keys", "aria-labelledby": "fn-keys-head" });
const shortcuts = {
  KeyQ: ["Q", "To the question", () => (enterAsk(), document.querySelector("#fn-question textarea").focus())],
  KeyF: ["F", "Find papers", () => (enterAsk(), document.querySelector("#fn-show-papers").click(), search.focus())],
  KeyC: ["C", "Find conversations", () => (enterAsk(), document.querySelector("#fn-show-conversations").click(), find.focus())],
  KeyN: ["N", "New conversation", () => (enterAsk(), document.querySelector("#fn-anew").click())],
  KeyK: ["K", "This list of keys", showKeys],
};
const inThePassage = [
  ["← →", "Previous and next footnote"],
  ["Shift ← →", "Previous and next page"],
  ["+ − 0", "Zoom in, out, and to the width"],
  ["Esc", "Close the passage, back to its footnote"],
];

const shownRooms = () => [...rooms.keys()].filter((name) => !rooms.get(name).link.hidden);

function enterAsk() {
  if (room !== "ask") enter("ask");
  if (matchMedia("(max-width: 760px)").matches) document.body.classList.add("fn-shelf-open");
}

function focusRoom(name) {
  (name === "ask" ? document.querySelector("#fn-question textarea") : rooms.get(name).section).focus();
}

function showKeys() {
  const listed = (head, pairs) => [
    element("h3", {}, head),
    element("dl", {}, ...pairs.map(([key, what]) => element("div", {}, element("dt", {}, element("kbd", {}, key)), element("dd", {}, what)))),
  ];
  const everywhere = shownRooms().map((name, number) => [`${number + 1}`, rooms.get(name).link.textContent]);
  for (const [key, what] of Object.values(shortcuts)) everywhere.push([key, what]);
  const done = element("button", { type: "button", class: "fn-link" }, "Close");
  done.addEventListener("click", () => keys.close());
  keys.replaceChildren(
    element("h2", { id: "fn-keys-head" }, "Keys"),
    ...listed("Everywhere", everywhere.map(([key, what]) => [`Alt Shift ${key}`, what])),
    ...listed("In the passage", inThePassage),
    ...listed("On the map of the library", [["← → ↑ ↓", "From paper to paper"], ["Enter", "Open the paper"]]),
    ...listed("In the question", [["Enter", "Ask"], ["Shift Enter", "A new line"]]),
    element("p", {}, "Everything else is reached with Tab, and pressed with Enter or Space."),
    done,
  );
  if (!keys.open) keys.showModal();
}

document.addEventListener("keydown", (event) => {
  if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey) return;
  const name = shownRooms()[Number(event.code.replace("Digit", "")) - 1];
  const does = name ? () => (enter(name), focusRoom(name)) : shortcuts[event.code]?.[2];
  if (!does) return;
  event.preventDefault();
  does();
});

// Clicks and keys on the whole page

function ask(text) {
  const box = document.querySelector("#fn-question textarea");
  box.focus();
  send(box, text);
}

const answering = () => document.querySelector("#fn-question .stop-button") !== null;

// An answer that was cut off goes on; the server reads its id from a hidden box
function goOn(link) {
  if (answering()) return;
  send(document.querySelector("#fn-resumed textarea, #fn-resumed input"), decodeURIComponent(link.hash.slice("#continue/".length)));
}

// A question is asked anew, in the same words or in others; the server reads its place and the words from a hidden box

const reworded = new Map(); // a question's link -> the words that it was last asked in, for when no answer came

function askAnew(link, words) {
  const [, place] = link.getAttribute("href").split("/");
  send(document.querySelector("#fn-ask-anew textarea, #fn-ask-anew input"), JSON.stringify([Number(place), words]));
}

const wordsOf = (link) => decodeURIComponent(link.getAttribute("href").split("/")[2]);

function editQuestion(link) {
  const row = link.parentElement;
  if (answering() || row.querySelector("form")) return;
  const href = link.getAttribute("href");
  const words = element("textarea", { rows: "1", maxlength: "4000", "aria-label": "Question" });
  words.value = reworded.get(href) ?? wordsOf(link);
  const cancel = element("button", { type: "button" }, "Cancel");
  const form = element("form", { class: "fn-editing" }, words, element("button", { class: "fn-sure" }, "Ask"), cancel);
  const edits = [...document.querySelectorAll('#fn-messages a[href^="#edit/"]')];
  const later = edits.length - 1 - edits.indexOf(link);
  if (later > 0) form.append(element("p", { class: "fn-soft" }, `${later === 1 ? "The question" : `The ${later} questions`} after this one will be taken away with ${later === 1 ? "its answer" : "their answers"}.`));
  const fit = () => (words.style.height = `${(words.style.height = "0", words.scrollHeight)}px`);
  const back = () => {
    form.remove();
    row.classList.remove("fn-edited");
    link.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!words.value.trim() || answering()) return;
    reworded.set(href, words.value);
    back();
    askAnew(link, words.value);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") back();
    else if (event.key === "Enter" && !event.shiftKey && event.target === words) form.requestSubmit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  words.addEventListener("input", fit);
  cancel.addEventListener("click", back);
  row.classList.add("fn-edited");
  row.append(form);
  fit();
  words.focus();
}

function askAgain(link) {
  const [, place] = link.getAttribute("href").split("/");
  const asked = document.querySelector(`#fn-messages a[href^="#edit/${place}/"]`);
  if (asked && !answering()) askAnew(asked, wordsOf(asked));
}

// An answer is copied as Markdown; where the browser refuses the clipboard, it is shown to be copied by hand

const copyDialog = element("dialog", { id: "fn-copies", "aria-labelledby": "fn-copies-head" });

async function copyAnswer(link) {
  const [, key, answer] = link.getAttribute("href").split("/");
  const reply = await fetch(`/view/${key}/answer/${answer}.md`);
  const text = await reply.text();
  if (!reply.ok) return sayInLink(link, text);
  try {
    await navigator.clipboard.writeText(text);
    sayInLink(link, "Copied");
  } catch {
    showCopy(text);
  }
}

function sayInLink(link, told) {
  if (link.querySelector("[role=status]")) return;
  const before = link.textContent;
  link.replaceChildren(element("span", { role: "status" }, told));
  setTimeout(() => link.replaceChildren(before), 2000);
}

function showCopy(text) {
  const words = element("textarea", { readonly: "", rows: "14", "aria-label": "The answer as Markdown" });
  words.value = text;
  const done = element("button", { type: "button", class: "fn-link" }, "Close");
  done.addEventListener("click", () => copyDialog.close());
  const told = "The browser keeps its clipboard closed. The text is chosen: press Ctrl C, or ⌘ C.";
  copyDialog.replaceChildren(element("h2", { id: "fn-copies-head" }, "Copy the answer"), element("p", {}, told), words, done);
  copyDialog.showModal();
  words.select();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#']");
  if (!link) return;
  event.preventDefault();
  const href = link.getAttribute("href");
  if (cites(link)) {
    opener = link;
    openPassage(href);
  } else if (href === "#ask") ask(link.textContent);
  else if (href.startsWith("#ask/")) ask(decodeURIComponent(href.slice("#ask/".length)));
  else if (href.startsWith("#edit/")) editQuestion(link);
  else if (href.startsWith("#again/")) askAgain(link);
  else if (href.startsWith("#copy/")) copyAnswer(link);
  else if (href.startsWith("#continue/")) goOn(link);
  else if (href.startsWith("#open/")) openConversation(link);
  else if (href.startsWith("#room/")) enter(...href.slice("#room/".length).split("/").map(decodeURIComponent));
  else if (href === "#skip") shortcuts.KeyQ[2]();
  else if (href === "#clear") document.querySelector(".fn-report")?.remove();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    if (!panel.hidden) closePassage();
    else document.body.classList.remove("fn-shelf-open");
  }
  if (panel.hidden || !panel.contains(document.activeElement)) return;
  panelKey(event);
});

// Files dropped in Ask are added as if chosen with the button there; folders, and what is dropped elsewhere, in Library

document.addEventListener("dragover", (event) => {
  if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
});
document.addEventListener("drop", async (event) => {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  const files = [...event.dataTransfer.files];
  const papers = new DataTransfer();
  for (const file of files) if (!isShared(file)) papers.items.add(file);
  if (papers.files.length < files.length) takeIn(files.filter(isShared));
  if (room !== "ask" || entries.some((entry) => entry.isDirectory)) {
    const plainFiles = namedFiles(papers.files);
    const found = await Promise.all(entries.map((entry) => filesWithin(entry)));
    return bringIn(entries.length ? found.flat().filter(({ file }) => !isShared(file)) : plainFiles);
  }
  const input = document.querySelector("#fn-shelf input[type=file]");
  if (!input || !papers.files.length) return;
  document.querySelector("#fn-show-papers").checked = true;
  input.files = papers.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

// Gradio names each message by its source, which would be read out as HTML

function nameMessages(talk) {
  for (const message of talk.querySelectorAll("[data-testid=user], [data-testid=bot]")) {
    message.setAttribute("aria-label", message.dataset.testid === "user" ? "Question" : "Answer");
  }
}

// A new question is shown as it comes, its answer from the question on

function follow(talk) {
  let [asked, answered] = [0, 0];
  return () => {
    const questions = talk.querySelectorAll(".user-row");
    const answers = talk.querySelectorAll(".fn-answer, .fn-notice").length;
    const last = questions[questions.length - 1];
    const scroller = last?.closest("[role=log]");
    if (answers !== answered) showConversations();
    if (answers > answered && last) {
      scroller.scrollBy({ top: last.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 20 });
    } else if (questions.length > asked) scroller.scrollTo({ top: scroller.scrollHeight });
    [asked, answered] = [questions.length, answers];
  };
}

// Put the parts in once Gradio has drawn the page

function furnish(shelf) {
  const papers = element("button", { type: "button", id: "fn-papers-button", "aria-controls": "fn-shelf" }, "Papers");
  papers.addEventListener("click", () => document.body.classList.toggle("fn-shelf-open"));
  document.querySelector("#fn-head").prepend(papers);
  document.querySelector("#fn-brand").after(nav);
  const help = element("button", { type: "button", id: "fn-keys-button", title: "Keys (Alt Shift K)" }, "Keys");
  help.addEventListener("click", showKeys);
  document.querySelector("#fn-head").append(help);
  document.querySelector(".gradio-container").append(keys, copyDialog, pasting);
  const skip = element("a", { href: "#skip", class: "fn-skip" }, "Skip to the question");
  document.body.prepend(skip);
  document.querySelector("#fn-desk").after(...[...rooms.values()].map(({ section }) => section));
  shelf.prepend(show);
  shelf.append(search, filterBox, filterTold, limit, list, find, shared, stored, filterChoices);
  document.querySelector("#fn-engine").append(take);
  document.querySelector(".gradio-container").append(menu, opening);
  document.querySelector(".gradio-container").append(panel, noteCard); // inside, where Gradio's styles of maths reach it
  let shown = library();
  new MutationObserver(() => {
    if (library() === shown) return; // chosen by the person, or by the server
    shown = library();
    closePassage();
    showRoom(room, new URLSearchParams(location.search).get("library") === shown ? within : "");
    search.value = find.value = "";
    stored.replaceChildren();
    clearFilters();
    offerChoices();
    showConversations();
  }).observe(document.querySelector("#fn-library"), { attributes: true, subtree: true });
  const reports = document.querySelector("#fn-report");
  let reported = false;
  new MutationObserver(() => {
    const there = Boolean(reports.querySelector(".fn-report"));
    if (there !== reported && there) showPapers();
    reported = there;
  }).observe(reports, { childList: true, subtree: true });
  const talk = document.querySelector("#fn-messages");
  const follower = follow(talk);
  let settling;
  new MutationObserver(() => {
    nameMessages(talk);
    follower();
    clearTimeout(settling);
    settling = setTimeout(() => {
      remember();
      if (reopened) reopenPassage();
    }, 100); // the parts that Gradio changes together do not change at once
  }).observe(talk, { childList: true, subtree: true });
  const address = new URLSearchParams(location.search);
  history.replaceState({ ...history.state, room: address.get("room") ?? "ask", within: address.get("within") ?? "" }, "");
  showRoom(address.get("room") ?? "ask", address.get("within") ?? "");
  list.append(element("p", { class: "fn-wait", role: "status" }, "Reading the papers…"));
  tellEngine();
  for (const bring of [showPapers, showConversations]) {
    window.addEventListener("focus", () => bring());
    bring();
  }
}

new MutationObserver((_, observer) => {
  const parts = ["#fn-shelf", "#fn-library input", "#fn-report", "#fn-messages", "#fn-question textarea"];
  if (!parts.every((part) => document.querySelector(part))) return;
  observer.disconnect();
  furnish(document.querySelector("#fn-shelf"));
}).observe(document.body, { childList: true, subtree: true });
