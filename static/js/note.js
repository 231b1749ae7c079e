// A note is written in its row: its field opens and closes there, and says how many characters are left (data-counted), in the
// words of the page. Without this the address opens it (:target). What is not saved yet stays open whatever becomes of the list.
const unsaved = new Map(); // by the ids of their fields
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
  for (const other of open()) if (!unsaved.has(other.querySelector('textarea').id)) other.classList.remove('entry--writing');
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
  unsaved.delete(field.id);
  count(field);
  row.classList.remove('entry--writing');
  row.querySelector('.more > summary').focus({ preventScroll: true });
}

document.addEventListener('keydown', ({ key, target }) => {
  const row = key === 'Escape' && target.closest?.('.entry--writing');
  if (row && target.closest('.entry__write')) leave(row);
});

document.addEventListener('input', ({ target }) => {
  if (!target.matches('[data-counted]')) return;
  count(target);
  if (target.value === target.defaultValue) unsaved.delete(target.id);
  else unsaved.set(target.id, target.value);
});

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (ctx?.response?.raw.ok) for (const { id } of ctx.sourceElement.elements ?? []) unsaved.delete(id);
  for (const [id, words] of unsaved) {
    const field = document.getElementById(id);
    if (field) openAgain(field, words);
  }
});

function openAgain(field, words) {
  field.value = words;
  count(field);
  field.closest('[data-entry]').classList.add('entry--writing');
}

function count({ maxLength, value, dataset }) {
  document.getElementById(dataset.counted).textContent = dataset.left.replace('{left}', maxLength - value.length);
}
