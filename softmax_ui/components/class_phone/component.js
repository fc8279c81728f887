// The page of the class for a phone: join, answer, change, see. It asks what is new every two
// seconds while it is looked at; what is not sent yet is kept and sent when it can be.

import { find, make } from "../shared/dom.js";
import { ask, may_pass, next_sequence, wait_before } from "./asking.js";
import { bars_of } from "./bars.js";
import { fields, written } from "./fields.js";
import { keep, kept } from "./keeping.js";

const EVERY_MS = 2000;
const place = find(document, "main");
const words = /** @type {Record<string, string>} */ (JSON.parse(place.dataset.words ?? "{}"));
const language = place.dataset.language ?? "en";
const title = place.querySelector("h1")?.textContent ?? "";
const said = make("p", "said", "", { role: "status", "aria-live": "polite" });
const word = (/** @type {string} */ name) => words[name] ?? "";

/** @type {any} */ let mine = null;
/** @type {any} */ let state = null;
/** @type {import("./keeping.js").Vote | null} */ let unsent = null;
let sending = false;
let shown = "";
let read = "";
let timer = 0;
let failures = 0;
let joins = 0;

const given_code = new URLSearchParams(location.search).get("code");
if (given_code) keep({ code: given_code });

find(document, "#other").addEventListener("click", (event) => {
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  link.search = new URLSearchParams({ lang: link.hreflang, code: kept().code }).toString();
});

const at = (/** @type {string} */ name) => `class/${name}?lang=${language}`;
const me = () => ({ key: kept().key, code: kept().code, pass: mine?.pass });

function show_joining(/** @type {string} */ message) {
  shown = "joining";
  const code = make("input", "code", "", { type: "text", id: "code", maxlength: 12,
    autocomplete: "off", autocapitalize: "characters", spellcheck: "false" });
  code.value = kept().code;
  const name = make("input", "", "", { type: "text", id: "name", maxlength: 40,
    autocomplete: "off" });
  name.value = kept().name;
  const form = make("form", "", [
    make("label", "", word("code"), { for: "code" }), code,
    make("label", "", word("name"), { for: "name" }), name,
    make("button", "main", word("join"), { type: "submit" }),
  ]);
  form.onsubmit = (event) => {
    event.preventDefault();
    keep({ code: code.value.trim().toUpperCase(), name: name.value.trim() });
    void join();
  };
  said.textContent = message;
  place.replaceChildren(make("h1", "", title), form, said);
}

async function join() {
  clearTimeout(timer);
  const { status, said: got } = await ask(at("mine"), { ...me(), name: kept().name });
  if (status !== 200) {
    if (shown !== "joining") show_joining("");
    say(got?.message ?? word("lost"));
    if (may_pass(status)) timer = setTimeout(join, wait_before(joins++));
    return;
  }
  joins = 0;
  take_state(got);
  shown = "";
  await look();
}

// A vote that is still on its way is what this learner has answered.
function take_state(/** @type {any} */ got) {
  mine = { ...got, acknowledged: got.answer ?? null };
  const waiting = kept().unsent;
  if (waiting?.code !== kept().code) return;
  unsent ??= waiting;
  if (unsent.round === mine.round) mine.answer = unsent.answer;
}

function put_off(/** @type {typeof unsent} */ vote) {
  unsent = vote;
  keep({ unsent: vote });
}

// What all see; then what is this learner's own, where it is another question or another state.
async function look() {
  clearTimeout(timer);
  const seen = state?.marker ? `&seen=${state.marker}` : "";
  const by = new URLSearchParams({ code: kept().code, pass: mine?.pass ?? "" });
  const { status, said: got } = await ask(`${at("now")}&${by}${seen}`);
  if (shown === "joining") return; // left meanwhile
  if (status === 404) {
    state = null;
    show_joining(mine ? word("gone") : got?.message ?? "");
    mine = null;
    return;
  }
  const was_lost = failures > 0;
  failures = status === 200 || status === 204 ? 0 : failures + 1;
  if (status === 200) {
    if (got.state === "gone") {
      mine = state = null;
      return show_joining(word("gone"));
    }
    const other = got.round !== mine?.round || (got.state === "solved" && !("right" in mine));
    if (other) {
      const own = await ask(at("mine"), me());
      if (own.status === 200) take_state(own.said);
      else got.marker = ""; // asked once more
    }
    state = got;
  }
  draw();
  if (failures) say(got?.message ?? word("lost"));
  else if (was_lost) say(standing());
  if (unsent) void send();
  if (!document.hidden) timer = setTimeout(look, failures ? wait_before(failures) : next());
}

const has_answered = () => mine.answer !== null && mine.answer !== undefined;
const next = () => EVERY_MS * (0.75 + Math.random() / 2);
const say = (/** @type {string} */ text) => {
  if (said.textContent !== text) said.textContent = text;
};

function draw() {
  if (!state || !mine) return;
  const now = `${state.state} ${mine.round} ${state.state === "open" ? "" : state.marker}`;
  if (now === shown) return;
  shown = now;
  if (mine.round === 0) {
    place.replaceChildren(make("h1", "", title), make("p", "", word("waiting")), said, further());
    read_on("waiting");
    return say("");
  }
  /** @type {HTMLElement[]} */
  const parts = [make("h1", "question", written(mine.text))];
  if (state.state === "open") parts.push(...answering());
  else parts.push(...ended());
  place.replaceChildren(...parts, said, further());
  read_on(`${state.state} ${mine.round}`);
  say(standing());
}

// What had the focus is gone: whoever listens hears the new question, whoever tabs begins at it.
function read_on(/** @type {string} */ what) {
  if (what === read) return;
  read = what;
  const head = find(place, "h1");
  head.tabIndex = -1;
  head.focus();
}

function standing() {
  if (state?.state !== "open") return "";
  return unsent ? word("sending") : mine.acknowledged === null ? "" : word("sent");
}

function answering() {
  /** @type {any} */
  let answer = mine.answer ?? null;
  const send_it = make("button", "main", word("send"), { type: "submit" });
  const form = make("form", "", [...fields(mine, words, (given) => {
    answer = given;
    if (mine.kind === "choice") take(answer);
  }), ["choice", "gone"].includes(mine.kind) ? null : send_it]);
  form.onsubmit = (event) => {
    event.preventDefault();
    if (mine.kind === "logits" && answer === null) answer = mine.classes.map(() => 0);
    if (answer !== null) take(answer);
  };
  return [form];
}

function take(/** @type {any} */ answer) {
  mine.answer = answer;
  const sequence = next_sequence(Date.now(), mine.sequence);
  put_off({ code: kept().code, round: mine.round, answer, sequence });
  say(word("sending"));
  void send();
}

async function send() {
  if (sending) return;
  sending = true;
  for (let tries = 0; unsent; tries++) {
    const one = unsent;
    const { status, said: got } = await ask(at("vote"), { ...one, ...me() });
    if (may_pass(status)) {
      say(word("unsent"));
      await new Promise((done) => setTimeout(done, wait_before(tries)));
      continue;
    }
    if (unsent === one) {
      put_off(null);
      if (status === 200 && mine?.round === one.round) mine.acknowledged = one.answer;
      say(status === 200 ? word("sent") : got?.message ?? "");
    }
  }
  sending = false;
}

function ended() {
  const solved = state.state === "solved";
  const parts = [];
  if (solved) {
    if (mine.right) parts.push(make("p", "", [`${word("is")} `, make("b", "good", mine.right)]));
    else if (mine.kind !== "gone") parts.push(make("p", "", word("opinion")));
    if (!has_answered()) parts.push(make("p", "", word("none")));
    else parts.push(make("p", "", word("yours").replace("{answer}", mine.yours)));
    if (has_answered() && "is_right" in mine) {
      const [style, verdict] = mine.is_right ? ["good", "right"] : ["bad", "wrong"];
      parts.push(make("p", style, word(verdict)));
      if (mine.why) parts.push(make("p", "", mine.why.replace(/[$`*]/g, "")));
    }
    if (mine.section) {
      const query = new URLSearchParams({ step: mine.section, lang: language });
      parts.push(make("a", "", word("why"), { href: `${place.dataset.lesson}?${query}` }));
    }
  } else {
    parts.push(make("p", "", word("closed")));
    if (!has_answered()) parts.push(make("p", "", word("none")));
  }
  for (const round of state.rounds ?? []) {
    parts.push(make("h2", "", word("round").replace("{n}", round.number)), ...bars_of(round.bars));
  }
  return parts;
}

function further() {
  const leave = make("button", "plain", word("leave"), { type: "button" });
  leave.onclick = () => {
    keep({ code: "", unsent: null });
    mine = state = unsent = null;
    clearTimeout(timer);
    show_joining("");
  };
  const href = `${place.dataset.lesson}?lang=${language}`;
  const lesson = make("a", "", word("lesson"), { href });
  return make("footer", "", [make("p", "said", [lesson, " · ", leave]),
    make("p", "said", word("counted"))]);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && shown !== "joining") void look(); // it may have slept for an hour
});
addEventListener("online", () => {
  if (shown !== "joining") void look();
});

if (kept().code) void join();
else show_joining("");
