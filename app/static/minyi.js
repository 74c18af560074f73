// What the pages gain when scripts run. Nothing here is needed: every page works without it.

const TYPING = "input, textarea, select, [contenteditable]";

/** On a voting page the keys A, S, D press the buttons that announce them with aria-keyshortcuts. */
function pressByKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (event.target.closest(TYPING)) return;
  const button = document.querySelector(`button[aria-keyshortcuts="${CSS.escape(event.key.toUpperCase())}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
}

const PATIENCE_MS = 3000;
const onTheirWay = new WeakSet();

/** A form that is on its way is not sent a second time by an impatient finger. */
function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (onTheirWay.has(form)) return event.preventDefault();
  onTheirWay.add(form);
  setTimeout(() => onTheirWay.delete(form), PATIENCE_MS);
}

const AGAIN_MS = 2500;
const TIMES = 12;

/** A part of the page that says it is still being made (data-again) is fetched until it is there. */
async function fetchAgain(times = TIMES) {
  const part = document.querySelector("[data-again]");
  if (!part || times === 0) return;
  await new Promise((done) => setTimeout(done, AGAIN_MS));
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const newer = page.getElementById(part.id);
    if (newer) part.replaceWith(newer);
  }
  fetchAgain(times - 1);
}

/** The summary of errors is read first. */
function readErrorsFirst() {
  document.querySelector(".errors")?.focus();
}

/** On a narrow screen tabs scroll sideways: the current one is brought into view. */
function showCurrentTab() {
  const tab = document.querySelector(".tabs [aria-current]");
  if (!tab) return;
  const hidden = tab.getBoundingClientRect().right - tab.parentElement.getBoundingClientRect().right;
  tab.parentElement.scrollLeft += Math.max(0, hidden);
}

/** A choice in time (data-slider) becomes a slider that says the date it stands on; the button goes there. */
function slideThroughTime() {
  const form = document.querySelector("form[data-slider]");
  if (!form) return;
  const choice = form.querySelector("select");
  const slider = Object.assign(document.createElement("input"), {
    type: "range", id: choice.id, min: 0, max: choice.length - 1, value: choice.selectedIndex,
  });
  const said = document.createElement("output");
  const say = () => {
    choice.selectedIndex = slider.value;
    said.textContent = choice.selectedOptions[0].text;
    slider.setAttribute("aria-valuetext", said.textContent);
  };
  choice.removeAttribute("id");
  choice.hidden = true;
  said.setAttribute("aria-hidden", "true");
  choice.before(slider, said);
  slider.addEventListener("input", say);
  say();
}

/** Where the browser can, a passkey is offered; its answer goes with the form (data-passkey: "make" or "show"). */
function offerPasskeys() {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  for (const part of document.querySelectorAll(".only-script")) part.hidden = false;
  for (const part of document.querySelectorAll(".without-script")) part.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.querySelector(".only-script button").addEventListener("click", () => usePasskey(form));
  }
}

async function usePasskey(form) {
  const options = JSON.parse(form.dataset.options);
  try {
    const made = form.dataset.passkey === "make"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    form.elements[form.dataset.answer].value = JSON.stringify(made.toJSON());
    form.submit();
  } catch {
    // The person changed their mind, or the device has none: the code is still there.
  }
}

document.addEventListener("keydown", pressByKey);
document.addEventListener("submit", sendOnce);
readErrorsFirst();
showCurrentTab();
slideThroughTime();
fetchAgain();
offerPasskeys();
