// Filters the pool by the words in its search field, as they are typed; accents and capitals do not matter.
const field = () => document.querySelector('[data-find]');
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const textOf = (row) => plain(`${row.querySelector('.entry__title').textContent} ${row.querySelector('.entry__meta').textContent}`);

function filter() {
  if (!field()) return;
  const words = plain(field().value).split(/\s+/).filter(Boolean);
  const rows = [...document.querySelectorAll('[data-entries="pool"] > [data-entry]')];
  for (const row of rows) row.hidden = words.length > 0 && !words.every((word) => textOf(row).includes(word));
  const found = rows.filter((row) => !row.hidden).length;
  const none = document.getElementById('none-found');
  if (none) none.hidden = found > 0;
  const status = document.getElementById('find-found');
  const said = words.length ? status.dataset.found.replace('{found}', found).replace('{all}', rows.length) : '';
  if (status.textContent !== said) status.textContent = said;
}

document.addEventListener('input', ({ target }) => {
  if (target === field()) filter();
});

document.addEventListener('keydown', (event) => {
  if (event.target !== field()) return;
  if (event.key === 'Enter') event.preventDefault(); // it would press the first button of the form
  if (event.key !== 'Escape') return;
  event.preventDefault();
  clear();
});

document.addEventListener('click', (event) => {
  if (!event.target.closest('#pool [data-find-all]')) return;
  event.preventDefault();
  clear();
  field().focus();
});

function clear() {
  field().value = '';
  filter();
}

document.addEventListener('htmx:after:swap', filter);
filter();
