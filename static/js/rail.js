// Along a toolbar (data-rove) one steps with the arrow keys, and Tab enters it once; all episodes open where one is, and a season of
// the rail opens its own.
const stops = (bar) => [...bar.querySelectorAll('a, button')];

function settle() {
  for (const bar of document.querySelectorAll('[data-rove]')) {
    const all = stops(bar);
    const one = all.find((stop) => stop === document.activeElement) ?? all.find((stop) => stop.ariaCurrent) ?? all[0];
    for (const stop of all) stop.tabIndex = stop === one ? 0 : -1;
  }
}

document.addEventListener('keydown', (event) => {
  const bar = event.target.closest?.('[data-rove]');
  if (!bar || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = stops(bar);
  const row = all.filter((stop) => stop.offsetTop === all[0].offsetTop).length;
  const at = all.indexOf(event.target);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - row, ArrowDown: at + row, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined || !all[to]) return;
  event.preventDefault();
  all[to].focus();
  settle();
});

const all = () => document.getElementById('rail-all');

function show(group) {
  const sheet = group.closest('.rail__sheet');
  sheet.scrollTop = group.offsetTop - sheet.querySelector('.rail__pick').offsetHeight;
}

document.addEventListener('toggle', ({ target }) => {
  const here = target === all() && target.open && target.querySelector('.rail__episode--here');
  if (here && !here.form.contains(document.activeElement)) show(here.closest('section'));
}, true);

document.addEventListener('click', (event) => {
  const season = event.target.closest('[data-opens]');
  if (!season) return;
  event.preventDefault();
  const episodes = document.querySelector(season.getAttribute('href'));
  all().open = true;
  show(episodes);
  episodes.querySelector('[tabindex="0"]').focus({ preventScroll: true });
});

document.addEventListener('htmx:after:swap', settle);
settle();
