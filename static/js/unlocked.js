// What a step forward has unlocked is lit among the rows of the ranking, and at a press the first of it is shown.
const note = () => document.getElementById('unlocked');

function light(row) {
  row.classList.remove('standing--moved');
  void row.offsetWidth; // so that it is lit again
  row.classList.add('standing--moved');
}

function lightAll() {
  const ids = note()?.dataset.rows.trim().split(' ') ?? [];
  for (const row of ids.map((id) => document.getElementById(id))) if (row) light(row);
}

document.addEventListener('click', (event) => {
  const row = event.target.closest('[data-show-row]') && document.querySelector(event.target.closest('a').hash);
  if (!row) return;
  event.preventDefault();
  if (row.hidden) document.querySelector('[data-find-all]').click(); // one looks for something else
  row.scrollIntoView({ block: 'center' });
  row.querySelector('a').focus({ preventScroll: true });
  light(row);
  note().hidden = true;
});

// Whatever else changes the page has nothing to do with the step, and its answer has no such note.
document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (!ctx?.sourceElement.matches('[data-live]')) lightAll();
});
lightAll();
