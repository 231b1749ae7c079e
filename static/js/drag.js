// Dragging with mouse and finger. A drop writes down what was dragged and submits the form: it is saved as a press is.
// Escape, or a drop beside list and pool, puts the row back where it was.
const NEAR = 40; // pixels
const list = () => document.querySelector('form[data-list]');
const rowsIn = (container) => [...container.querySelectorAll(':scope > [data-entry]')];
const places = (form) => [...form.querySelectorAll('[data-entries]')].map((container) => [container, rowsIn(container)]);

let before = null; // where every row was when the last drag began
let cancelled = false;

function attach() {
  const form = list();
  if (!form || !window.Sortable) return;
  document.documentElement.classList.add('can-drag');
  for (const container of form.querySelectorAll('[data-entries]')) {
    if (Sortable.get(container)) continue;
    Sortable.create(container, {
      group: 'moments',
      draggable: '[data-entry]',
      handle: '[data-handle]',
      direction: 'vertical',
      animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 160,
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 3,
      scrollSensitivity: 130, // the rail and the bar lie over the edges
      scrollSpeed: 14,
      ghostClass: 'entry--ghost',
      dragClass: 'entry--held',
      onStart: () => { before = places(form); cancelled = false; },
      onEnd: ({ item, originalEvent }) => (cancelled || isAway(form, originalEvent) ? putBack() : drop(form, item)),
    });
  }
}

// Above and below is not away: the page scrolls while a row is held there, and the end of the list may have passed by.
function isAway(form, event) {
  if (event.type.endsWith('cancel')) return true;
  const { clientX } = event.changedTouches?.[0] ?? event;
  const { left, right } = form.getBoundingClientRect();
  return clientX < left - NEAR || clientX > right + NEAR;
}

// The library cannot be told to stop; it stops when whatever drags lets go.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !window.Sortable?.active) return;
  event.preventDefault();
  cancelled = true;
  for (const [Kind, type] of [[PointerEvent, 'pointerup'], [MouseEvent, 'mouseup']]) document.dispatchEvent(new Kind(type));
});

function putBack() {
  for (const [container, rows] of before ?? []) {
    const slot = container.querySelector('.slot');
    for (const row of rows) container.insertBefore(row, slot);
  }
  before = null;
  tidy(list());
}

function drop(form, row) {
  tidy(form);
  const moved = places(form).some(([, rows], at) => rows.length !== before[at][1].length || rows.some((row, i) => row !== before[at][1][i]));
  if (!moved) return;
  const { dragged } = form.elements;
  dragged.value = row.querySelector('input[name="entry"]').value;
  dragged.disabled = false;
  row.focus({ preventScroll: true });
  form.requestSubmit();
  dragged.disabled = true;
}

// A row counts in the posted order if it stands in the list; and the library leaves empty style attributes behind.
function tidy(form) {
  for (const [container, rows] of places(form)) {
    for (const row of rows) {
      row.querySelector('input[name="entry"]').disabled = container.dataset.entries !== 'list';
      row.removeAttribute('style');
    }
  }
}

document.addEventListener('ranker:not-saved', putBack);

// While an answer is on its way, nothing is picked up: the swap would take it out of the hand.
function busy(is) {
  for (const container of list()?.querySelectorAll('[data-entries]') ?? []) {
    container.setAttribute('aria-busy', is);
    window.Sortable?.get(container)?.option('disabled', is);
  }
}

document.addEventListener('htmx:before:request', () => busy(true));
document.addEventListener('htmx:finally:request', () => busy(false));
document.addEventListener('htmx:after:swap', () => {
  before = null;
  attach();
});

attach();
