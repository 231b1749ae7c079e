// What was typed into a form and not sent, or answered by a detour (an error, the way in: data-detour) instead of what it was sent for, is
// put back there in this tab. Only for the fan who typed it, and only what was typed last. (Not in what is to be typed anew: data-forgets.)
const KEY = 'typed';
const WRITTEN = ['text', 'textarea', 'url', 'number'];
const CHOSEN = ['select-one', 'checkbox', 'radio'];
const person = document.querySelector('[data-person]')?.textContent;
const nameOf = (form) => `${form.getAttribute('action')} ${form.id}`;
const read = () => JSON.parse(sessionStorage.getItem(KEY));
const keep = (typed) => sessionStorage.setItem(KEY, JSON.stringify(typed));
const forget = () => sessionStorage.removeItem(KEY);

// ---- Sending

const isChanged = ({ type, value, defaultValue, checked, defaultChecked, options }) => {
  if (options) return ![...options].some((one) => one.defaultSelected && one.value === value);
  return CHOSEN.includes(type) ? checked !== defaultChecked : value !== defaultValue;
};

const toast = document.getElementById('typed-again');

function remember(form, detoured = false) {
  const changed = [...form.elements].filter((field) => field.name && [...WRITTEN, ...CHOSEN].includes(field.type) && isChanged(field));
  if (!person || form.matches('[data-list], [data-forgets]') || !changed.some(({ type }) => WRITTEN.includes(type))) return false;
  keep({ person, detoured, form: nameOf(form), fields: changed.map(({ type, name, value, checked }) => ({ type, name, value, checked })) });
  return true;
}

let isSent = false;

document.addEventListener('submit', (event) => {
  toast.hidden = true;
  if (!event.defaultPrevented && event.target.method === 'post') isSent = remember(event.target);
});

document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  toast.hidden = true;
  if (ctx.sourceElement.matches?.('form[hx-post]')) remember(ctx.sourceElement);
});

let last = null; // the form somebody typed in last

document.addEventListener('input', ({ target, isTrusted }) => { if (isTrusted) last = target.form; });

addEventListener('pagehide', () => {
  const forms = [last, ...document.forms].filter((form) => form?.isConnected && form.method === 'post');
  if (!isSent) forms.some((form) => remember(form, true));
});

addEventListener('pageshow', ({ persisted }) => {
  isSent = false;
  if (persisted) forget();
});

// ---- Coming back

// Whoever goes back to what they sent, or loads it again, has not seen it done.
const again = performance.getEntriesByType('navigation')[0]?.type !== 'navigate';

function arrive(isAgain) {
  const typed = read();
  if (!typed) return;
  if (document.querySelector('[data-detour]')) keep({ ...typed, detoured: true });
  else if (!(typed.detoured || isAgain) || (person && person !== typed.person)) forget();
  else if (person) putBack(typed);
}

function putBack({ form: name, fields }) {
  const form = [...document.forms].find((one) => nameOf(one) === name);
  if (!form) return;
  forget();
  const found = fields.map((field) => fill(form, field));
  const first = found.find((field) => WRITTEN.includes(field?.type));
  if (!first) return;
  first.closest('[data-entry]')?.classList.add('entry--writing');
  for (let box = first.closest('details'); box; box = box.parentElement.closest('details')) box.open = true;
  first.focus();
  toast.hidden = false;
}

function fill(form, { type, name, value, checked }) {
  const isTick = type === 'checkbox' || type === 'radio';
  const field = [...form.elements].find((one) => one.type === type && one.name === name && (!isTick || one.value === value));
  if (!field) return null;
  if (isTick) field.checked = checked;
  else field.value = value;
  for (const event of ['input', 'change']) field.dispatchEvent(new Event(event, { bubbles: true }));
  return field;
}

document.addEventListener('htmx:before:swap', ({ detail: { ctx } }) => {
  if (!ctx.response.raw.ok && read()) keep({ ...read(), detoured: true });
});

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (ctx?.sourceElement?.matches?.('form[hx-post]')) arrive(false);
});
arrive(again);
