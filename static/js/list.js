// Drags and keys on the list. They only press what the form has: each save is the form's own, and htmx sends it.
const ANSWERED = [409, 422];

const list = () => document.querySelector('form[data-list]');
const tokenOf = (row) => row.querySelector('input[name="entry"]').value;
const rowsIn = (container) => [...container.querySelectorAll(':scope > [data-entry]')];
const listed = (form) => rowsIn(form.querySelector('[data-entries="list"]')).map(tokenOf);
const moveOf = ({ request }) => (request.body?.get('move') ?? '').split(':');

let before = null; // where every row was when the last drag began

// ---- Drag

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
      scrollSensitivity: 80,
      ghostClass: 'entry--ghost',
      dragClass: 'entry--held',
      onStart: () => { before = places(form); },
      onEnd: () => drop(form),
    });
  }
}

function places(form) {
  return [...form.querySelectorAll('[data-entries]')].map((container) => [container, rowsIn(container)]);
}

function drop(form) {
  tidy(form);
  const moved = places(form).some(([, rows], at) => rows.length !== before[at][1].length || rows.some((row, i) => row !== before[at][1][i]));
  if (moved) form.requestSubmit();
}

// A row counts in the posted order if it stands in the list; and the library's style attributes would break the policy in a swap.
function tidy(form) {
  for (const [container, rows] of places(form)) {
    for (const row of rows) {
      row.querySelector('input[name="entry"]').disabled = container.dataset.entries !== 'list';
      row.removeAttribute('style');
    }
  }
}

// ---- Save

// Presses wait in a queue. When its turn comes, each moves within the list as it is then, not as it was when pressed.
document.addEventListener('htmx:before:request', (event) => {
  const { ctx } = event.detail;
  const form = list();
  if (!form || ctx.sourceElement !== form) return;
  const body = ctx.request.body;
  const [verb, token] = moveOf(ctx);
  if (verb) {
    const order = listed(form);
    const stale = body.get('version') !== form.elements.version.value;
    // A locked row is named by its place, which an earlier press may have given to another one.
    if (order.includes(token) === (verb === 'add') || (stale && token.startsWith('locked-'))) {
      event.preventDefault();
      return;
    }
    body.delete('entry');
    for (const entry of order) body.append('entry', entry);
    ctx.from = Number(document.getElementById(`entry-${token}`)?.dataset.place);
  }
  body.set('version', form.elements.version.value);
  busy(form, true);
});

document.addEventListener('htmx:finally:request', ({ target }) => {
  if (target === list()) busy(target, false);
});

function busy(form, is) {
  for (const container of form.querySelectorAll('[data-entries]')) {
    container.setAttribute('aria-busy', is);
    window.Sortable?.get(container)?.option('disabled', is);
  }
}

document.addEventListener('htmx:error', ({ detail }) => {
  if (detail.ctx?.sourceElement === list()) putBack();
});

document.addEventListener('htmx:before:swap', (event) => {
  const { ctx } = event.detail;
  const form = list();
  if (!form || ctx?.sourceElement !== form || ctx.response.raw.ok || ANSWERED.includes(ctx.response.status)) return;
  event.preventDefault();
  putBack();
});

function putBack() {
  const form = list();
  for (const [container, rows] of before ?? []) {
    const slot = container.querySelector('.slot');
    for (const row of rows) container.insertBefore(row, slot);
  }
  before = null;
  tidy(form);
  document.querySelector('[data-not-saved]').hidden = false;
}

// ---- Focus

document.addEventListener('htmx:after:swap', ({ detail }) => {
  before = null;
  attach();
  const form = list();
  if (form && detail.ctx?.sourceElement === form) keepFocus(detail.ctx);
});

function keepFocus(ctx) {
  const [verb, token] = moveOf(ctx);
  const locked = token?.startsWith('locked-');
  const now = document.activeElement;
  // After a move the name of a locked row may be another row's, and the focus with it; every other focus is where it belongs.
  if (!verb || (!locked && now !== document.body && visible(now))) return;
  const row = locked ? rowAt(placeAfter(verb, ctx)) : document.getElementById(`entry-${token}`);
  if (!row) return;
  const buttons = [`${verb}-${tokenOf(row)}`, `more-${tokenOf(row)}`].map((id) => document.getElementById(id));
  const same = ['add', 'remove'].includes(verb) ? row : buttons.find((button) => button && visible(button)) ?? row;
  same.focus({ preventScroll: true });
  same.scrollIntoView({ block: 'nearest' });
}

function placeAfter(verb, { from, request }) {
  const [, token] = moveOf({ request });
  return { up: Math.max(1, from - 1), down: from + 1, top: 1, place: Number(request.body.get(`place-${token}`)) }[verb] ?? from;
}

const rowAt = (place) => document.querySelector(`[data-entry][data-place="${place}"]`);
const visible = (element) => element.isConnected && element.checkVisibility();

// ---- Keys

document.addEventListener('keydown', (event) => {
  const verb = { ArrowUp: 'up', ArrowDown: 'down' }[event.key];
  const row = event.target.closest?.('[data-entries="list"] > [data-entry]');
  if (!event.altKey || !verb || !row || event.target.matches('select')) return;
  event.preventDefault();
  document.getElementById(`${verb}-${tokenOf(row)}`)?.click();
});

attach();
