// Filters the ranking by the words in its search field and by season, as they are typed and chosen. Capitals and accents do
// not matter. A locked row has no title here, so words do not find it. The server does the same (ranker/domain/finding.py).
const form = () => document.getElementById('find');
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function filter() {
  if (!form()) return;
  const words = plain(form().elements.q.value).split(/\s+/).filter(Boolean);
  const season = form().elements.season?.value;
  const rows = [...document.querySelectorAll('#standings > li')];
  for (const row of rows) row.hidden = !has(row, words) || !['', undefined, row.dataset.season].includes(season);
  const found = rows.filter((row) => !row.hidden).length;
  document.getElementById('not-found').hidden = found > 0;
  say(words.length || season ? told(found, rows.length) : '');
}

function has(row, words) {
  if (!words.length) return true;
  const title = row.querySelector('.standing__title');
  return title !== null && words.every((word) => plain(title.textContent).includes(word));
}

// The sentence for it is the page's, in the reader's language.
const told = (found, all) => document.getElementById('found').dataset.found.replace('{found}', found).replace('{all}', all);

function say(words) {
  const status = document.getElementById('found');
  if (status.textContent !== words) status.textContent = words;
}

function clear() {
  for (const field of form().querySelectorAll('input[type="search"], select')) {
    field.value = '';
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
  filter();
}

document.addEventListener('input', ({ target }) => {
  if (target.form && target.form === form()) filter();
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.target !== form()?.elements.q || !event.target.value) return;
  event.preventDefault();
  clear();
});

document.addEventListener('submit', (event) => {
  if (event.target !== form()) return;
  event.preventDefault();
  filter();
});

document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-find-all]')) return;
  event.preventDefault();
  clear();
  form().elements.q.focus();
});

document.addEventListener('htmx:after:swap', filter);
filter();
