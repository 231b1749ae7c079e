// Dragging: with a mouse by the whole row, with a finger by its handle, for beside that it scrolls the page. A drop writes down
// what was dragged and submits the form: it is saved as a press is. Escape, or a drop beside list and pool, puts the row back.
const NEAR = 40; // pixels
const NO_GRIP = 'button, summary, select, textarea, input, label, .more__sheet, .entry__note, .entry__write';
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
      filter: ({ target, type, pointerType = type === 'mousedown' && 'mouse' }) => target.closest(NO_GRIP) || (pointerType !== 'mouse' && !target.closest('[data-handle]')),
      preventOnFilter: false,
      direction: 'vertical',
      animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 160,
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 3,
      scrollSensitivity: 130, // the rail and the bar lie over the edges
      scrollSpeed: 14,
      ghostClass: 'entry--ghost',
      dragClass: 'entry--held',
      onStart: () => { before = places(form); cancelled = false; number(form); putToastsAway(); },
      onChange: () => number(form),
      onEnd: ({ item, originalEvent }) => (cancelled || isAway(form, originalEvent) ? putBack() : drop(form, item)),
    });
  }
}

// The numerals stay where they are while a row moves through them, and the row in the hand has the one of where it would land.
// Of a full list the last of the others has none any more: it would go back.
function number(form) {
  const entries = form.querySelector('[data-entries="list"]');
  const size = Number(entries.dataset.size);
  const rows = rowsIn(entries);
  const leaving = rows.length > size && rows.findLast((row) => row !== window.Sortable.dragged);
  let place = 0;
  for (const row of [...rows, ...entries.querySelectorAll('.slot')]) {
    if (row !== leaving) place += 1;
    row.classList.toggle('entry--leaving', row === leaving);
    row.dataset.place = row === leaving ? '' : place;
    const numeral = row.querySelector('.entry__place, .slot__place');
    if (numeral) numeral.textContent = row.dataset.place;
    if (row.matches('.slot')) row.hidden = place > size;
  }
  showLanding(entries);
}

function showLanding(entries) {
  const { ghost, dragged } = window.Sortable;
  if (!ghost) return;
  const place = dragged.parentElement === entries ? dragged.dataset.place : '';
  ghost.dataset.lands = place;
  const numeral = ghost.querySelector('.entry__place');
  if (numeral) numeral.textContent = place;
}

// They lie over places to drop at.
function putToastsAway() {
  for (const toast of document.querySelectorAll('.note--toast:not(#not-saved, #not-sent)')) toast.hidden = true;
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
  number(list());
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
