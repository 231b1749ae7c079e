// What one sees of a change: the half of the page one works in stays under the finger, and rows glide to their new places, so
// that the eye can follow them. (A drag has shown it already.) Loaded before list.js, which then shows whoever uses keys where the focus went.
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const TIME = 220;

const list = () => document.querySelector('form[data-list]');
const rows = () => [...list().querySelectorAll('[data-entry]')];
const box = (element) => element.getBoundingClientRect();
const inView = ({ top, bottom }) => bottom > 0 && top < innerHeight;

let gliding = [];

document.addEventListener('htmx:before:swap', ({ detail: { ctx } }) => {
  if (!list()) return;
  const half = (ctx.request?.submitter ?? ctx.sourceElement).closest('section')?.querySelector('h2');
  ctx.steady = half && { half, top: box(half).top };
  ctx.spots = new Map(calm.matches ? [] : rows().map((row) => [row.id, spot(row)]));
});

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (!ctx?.spots || !list()) return;
  const { half, top } = ctx.steady ?? {};
  if (half?.isConnected) scrollBy({ top: box(half).top - top, behavior: 'instant' });
  for (const animation of gliding) animation.cancel();
  gliding = ctx.spots.size ? rows().flatMap((row) => glide(row, ctx.spots.get(row.id))) : [];
});

// Where a row is: on the screen, and within its half.
function spot(row) {
  const [here, half] = [box(row), box(row.parentElement)];
  return { half: row.parentElement.id, x: here.left, y: here.top, within: here.top - half.top + row.parentElement.scrollTop, seen: inView(here) };
}

function glide(row, before) {
  const now = spot(row);
  if (!now.seen && !before?.seen) return [];
  const stayed = before?.half === now.half;
  const [x, y] = stayed ? [0, before.within - now.within] : [before?.x - now.x, before?.y - now.y];
  if (stayed && Math.abs(y) < 1) return [];
  const zIndex = stayed && Math.abs(y) < 1.5 * row.offsetHeight ? 1 : 2; // what goes far goes over what makes room
  const from = stayed || (before?.seen && now.half === 'entries') ? { transform: `translate(${x}px, ${y}px)` } : { opacity: 0 };
  return [row.animate([{ ...from, zIndex }, { zIndex }], { duration: TIME, easing: 'cubic-bezier(.2, .7, .3, 1)' })];
}
