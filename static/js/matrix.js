// A duel (data-duel) that is chosen within data-duels shows in #duel, and the page stays where it is: beside the matrix, or,
// where that has no room, as a sheet (data-sheet) that closes. The address of the window says which duel it is.
const ours = (ctx) => ctx?.sourceElement.matches('[data-duels] [data-duel]');
const place = () => document.querySelector('.duels__duel');

const asSheet = () => matchMedia('(max-width: 59.99rem)').matches;

document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  if (!ours(ctx)) return;
  delete ctx.request.anchor; // htmx would scroll there
  if (asSheet() && !('sheet' in place().dataset)) place().style.minHeight = `${place().offsetHeight}px`; // what is below stays where it is
});

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (!ours(ctx)) return;
  history.replaceState(null, '', ctx.sourceElement.pathname + ctx.sourceElement.search);
  if (asSheet()) place().dataset.sheet = '';
});

function close() {
  const below = place()?.nextElementSibling;
  if (!below) return;
  const before = below.getBoundingClientRect().top;
  delete place().dataset.sheet;
  place().style.removeProperty('min-height');
  scrollBy({ top: below.getBoundingClientRect().top - before, behavior: 'instant' });
}

document.addEventListener('click', ({ target }) => { if (target.closest('[data-closes-duel]')) close(); });
document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') close(); });

// In a matrix (data-matrix) the duel on show is marked; one steps from duel to duel with the arrow keys, and Tab enters it once.
const duels = (matrix) => [...matrix.querySelectorAll('.matrix__duel')];
const pairIn = ({ search }) => ['a', 'b'].map((name) => new URLSearchParams(search).get(name)).join(' ');

function settle() {
  const shown = document.getElementById('duel')?.dataset.pair;
  for (const matrix of document.querySelectorAll('[data-matrix]')) {
    const all = duels(matrix);
    const current = all.find((duel) => pairIn(duel) === shown);
    const one = all.find((duel) => duel === document.activeElement) ?? current ?? all[0];
    for (const duel of all) {
      duel.tabIndex = duel === one ? 0 : -1;
      if (duel === current) duel.ariaCurrent = 'true';
      else duel.removeAttribute('aria-current');
    }
  }
}

// The next duel in that direction, over the empty field on the diagonal.
function next(cell, across, down) {
  const rows = [...cell.closest('tbody').rows];
  let [row, column] = [cell.parentElement.sectionRowIndex, cell.cellIndex];
  do [row, column] = [row + down, column + across]; while (rows[row]?.cells[column] && column && !duelIn(rows[row].cells[column]));
  return rows[row]?.cells[column] && duelIn(rows[row].cells[column]);
}

const duelIn = (cell) => cell.querySelector('.matrix__duel');
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

document.addEventListener('keydown', (event) => {
  const step = STEPS[event.key];
  if (!step || !event.target.matches?.('[data-matrix] .matrix__duel') || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  next(event.target.closest('td'), ...step)?.focus();
  settle();
});

document.addEventListener('htmx:after:swap', settle);
settle();
