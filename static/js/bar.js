// Where list and pool stand one above the other, the bar leads to the one that is not in sight. Without this it leads to both.
const root = document.documentElement;
const seen = new IntersectionObserver(([{ isIntersecting }]) => {
  root.classList.toggle('at-pool', isIntersecting);
  root.classList.toggle('at-list', !isIntersecting);
}, { rootMargin: '0px 0px -45% 0px' });

let pool = null;

function watch() {
  const now = document.querySelector('.desk__pool');
  if (now === pool) return;
  seen.disconnect();
  if (now) seen.observe(now);
  pool = now;
}

document.addEventListener('htmx:after:swap', watch);
watch();
