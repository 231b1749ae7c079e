// The moves of the list: each waits in a queue, is made within the list as it then is, and keeps the focus with its moment.
const list = () => document.querySelector('form[data-list]');
const tokenOf = (row) => row.querySelector('input[name="entry"]').value;
const listed = (form) => [...form.querySelectorAll('[data-entries="list"] > [data-entry]')].map(tokenOf);
const moveOf = ({ request }) => (request.body?.get('move') ?? '').split(':');
const rowAt = (place) => document.querySelector(`[data-entry][data-place="${place}"]`);
const visible = (element) => element.isConnected && element.checkVisibility();

// ---- The queue

document.addEventListener('htmx:before:request', (event) => {
  const { ctx } = event.detail;
  const form = list();
  if (!form || !ctx.sourceElement.closest('#content')) return;
  ctx.then = ctx.sourceElement.dataset.then;
  // The last undo of a queue finds that an earlier one took all there was.
  if (ctx.sourceElement.ariaDisabled === 'true' || !stillMakesSense(ctx, form)) return event.preventDefault();
  const { body } = ctx.request;
  if (!body?.has('version')) return;
  const [verb, token] = moveOf(ctx);
  if (verb) {
    body.delete('entry');
    for (const entry of listed(form)) body.append('entry', entry);
    ctx.from = Number(document.getElementById(`entry-${token}`)?.dataset.place);
  }
  body.set('version', form.elements.version.value);
});

// Presses wait for the answers to earlier ones, which may have placed or removed the same moment.
function stillMakesSense({ request, sourceElement }, form) {
  const [verb, token] = moveOf({ request });
  if (!verb) return true;
  const stale = request.body.get('version') !== form.elements.version.value;
  // A locked row is named by its place, which an earlier press may have given to another one.
  if (stale && token.startsWith('locked-')) return false;
  const putsIn = sourceElement.id === 'again' || request.submitter?.matches('[data-retry], [data-puts-in]');
  return (putsIn && verb === 'place') || listed(form).includes(token) !== (verb === 'add');
}

// ---- Coming back

// The list may have been changed in another tab meanwhile.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) document.getElementById('newest')?.dispatchEvent(new CustomEvent('ranker:front'));
});

// ---- Leaving

let since = 0; // when the save under way was sent, 0: none is

document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  if (ctx.sourceElement.matches('[data-save]')) since = performance.now();
});
document.addEventListener('htmx:finally:request', () => { since = 0; });

// Whoever goes before slow saves are answered is asked, for those that wait in the queue would be lost.
window.addEventListener('beforeunload', (event) => {
  if (since && performance.now() - since > 400) event.preventDefault();
});

// ---- Focus

document.addEventListener('htmx:before:swap', ({ detail: { ctx } }) => {
  const now = document.activeElement;
  ctx.row = now.closest('[data-entry]')?.id;
  ctx.beside = besideOf(now.closest('#pool > [data-entry]'));
  ctx.keys = now.matches(':focus-visible');
  ctx.writing = now.matches('textarea') && now.form !== ctx.sourceElement ? now : null;
});

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (list() && ctx?.request) keepFocus(ctx);
});

function keepFocus(ctx) {
  const [verb, token] = moveOf(ctx);
  const locked = verb && token.startsWith('locked-');
  const now = document.activeElement;
  if (ctx.writing?.isConnected) return goOnWriting(ctx.writing);
  // After a move the name of a locked row may be another row's, and the focus with it; every other focus is where it belongs.
  if (!locked && now !== document.body && visible(now)) return;
  if (!verb) return document.getElementById(ctx.then ?? ctx.row)?.focus({ preventScroll: true });
  const next = verb === 'add' && ctx.keys && hasRoom() && document.getElementById(`add-${ctx.beside}`);
  if (next && visible(next)) return next.focus();
  const row = locked ? rowAt(placeAfter(verb, ctx)) : document.getElementById(`entry-${token}`);
  if (!row) return;
  const buttons = [`${verb}-${tokenOf(row)}`, `more-${tokenOf(row)}`].map((id) => document.getElementById(id));
  const same = ['add', 'remove'].includes(verb) ? row : buttons.find((button) => button && visible(button)) ?? row;
  same.focus({ preventScroll: true });
  // Whoever adds one after the other with mouse or finger stays where they choose.
  if (ctx.keys || !['add', 'remove'].includes(verb) || inView(row)) row.scrollIntoView({ block: 'nearest' });
  else scrollWithin(row.parentElement, row);
}

const hasRoom = () => listed(list()).length < Number(document.getElementById('entries').dataset.size);

// The moment whose row comes to stand where this one of the pool stood, else that before it.
function besideOf(row) {
  const shown = row ? [...row.parentElement.querySelectorAll(':scope > [data-entry]')].filter(visible) : [];
  const other = shown[shown.indexOf(row) + 1] ?? shown[shown.indexOf(row) - 1];
  return other && tokenOf(other);
}

function inView(row) {
  const { top, bottom } = row.getBoundingClientRect();
  const half = row.parentElement.getBoundingClientRect();
  return bottom > Math.max(0, half.top) && top < Math.min(innerHeight, half.bottom);
}

// Beside the list, the pool scrolls by itself: there the page does not have to.
function scrollWithin(half, row) {
  if (getComputedStyle(half).overflowY !== 'auto') return;
  const [frame, box] = [half.getBoundingClientRect(), row.getBoundingClientRect()];
  half.scrollTop += Math.min(0, box.top - frame.top - 8) + Math.max(0, box.bottom - frame.bottom + 8);
}

function goOnWriting(field) {
  field.closest('[data-entry]').classList.add('entry--writing');
  field.focus({ preventScroll: true });
}

function placeAfter(verb, { from, request }) {
  const [, token] = moveOf({ request });
  return { up: Math.max(1, from - 1), down: from + 1, top: 1, place: Number(request.body.get(`place-${token}`)) }[verb] ?? from;
}

// ---- The same arrow again

const SOON = 800; // milliseconds
const STILL = 6; // pixels
let pressed = null; // the last press of an arrow with mouse or finger
let inHand = null; // the row that had the focus when the press under way began

// The row has moved away under the pointer, and another one's arrow lies there now: who presses again means the row that moved.
document.addEventListener('pointerdown', () => { inHand = document.activeElement.closest('[data-entry]'); }, true);
document.addEventListener('click', (event) => {
  const arrow = event.detail && event.target.closest?.('[data-verb="up"], [data-verb="down"]');
  if (!arrow) return;
  const { verb } = arrow.dataset;
  const again = isAgain(event, verb);
  pressed = { verb, at: event.timeStamp, x: again ? pressed.x : event.clientX, y: again ? pressed.y : event.clientY };
  const meant = again && inHand?.isConnected && document.getElementById(`${verb}-${tokenOf(inHand)}`);
  if (!meant || meant === arrow) return;
  event.preventDefault();
  event.stopPropagation();
  meant.focus({ preventScroll: true });
  meant.click();
}, true);

function isAgain({ timeStamp, clientX, clientY }, verb) {
  if (pressed?.verb !== verb || timeStamp - pressed.at > SOON) return false;
  return Math.hypot(clientX - pressed.x, clientY - pressed.y) <= STILL;
}

// ---- Keys

document.addEventListener('keydown', (event) => {
  if (!list()) return;
  const press = event.altKey ? moveKey(event) : stepKey(event);
  if (!press) return;
  event.preventDefault();
  document.getElementById(press)?.click();
});

function moveKey({ key, target }) {
  const verb = { ArrowUp: 'up', ArrowDown: 'down' }[key];
  const row = target.closest?.('[data-entries="list"] > [data-entry]');
  return verb && row && !target.matches('select, textarea') && `${verb}-${tokenOf(row)}`;
}

function stepKey({ key, ctrlKey, metaKey, shiftKey, target }) {
  if (!(ctrlKey || metaKey) || target.matches?.('input, textarea, [contenteditable]')) return null;
  if (key.toLowerCase() === 'z') return shiftKey ? 'redo' : 'undo';
  return key === 'y' && ctrlKey ? 'redo' : null;
}
