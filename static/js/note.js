// A note is written in its row: its field opens and closes there, and says how many characters are left (data-counted), in the
// words of the page. Without this the address opens it (:target).
const open = () => document.querySelectorAll('.entry--writing');

document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-writes], [data-writes-no]');
  if (!link) return;
  event.preventDefault();
  const row = link.closest('[data-entry]');
  if (link.matches('[data-writes]')) write(row);
  else leave(row);
});

function write(row) {
  for (const other of open()) other.classList.remove('entry--writing');
  row.classList.add('entry--writing');
  const field = row.querySelector('textarea');
  field.focus({ preventScroll: true });
  field.setSelectionRange(field.value.length, field.value.length);
  row.scrollIntoView({ block: 'nearest' });
}

// What was typed is given up, as its name says; the menu it came from has the focus again.
function leave(row) {
  const field = row.querySelector('textarea');
  field.value = field.defaultValue;
  count(field);
  row.classList.remove('entry--writing');
  row.querySelector('.more > summary').focus({ preventScroll: true });
}

document.addEventListener('keydown', ({ key, target }) => {
  const row = key === 'Escape' && target.closest?.('.entry--writing');
  if (row && target.closest('.entry__write')) leave(row);
});

document.addEventListener('input', ({ target }) => {
  if (target.matches('[data-counted]')) count(target);
});

function count({ maxLength, value, dataset }) {
  document.getElementById(dataset.counted).textContent = dataset.left.replace('{left}', maxLength - value.length);
}
