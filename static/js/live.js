// An open ranking asks every few seconds whether it has changed. When it has, it changes in place, and what the reader looks
// at stays where it is. A server that is away is asked again more and more slowly. Loaded after find.js: hidden rows take no room.
const EVERY = 3500;
const SLOWEST = 60_000;

const region = () => document.querySelector('[data-live]');
const isLive = (ctx) => ctx?.sourceElement.matches('[data-live]');
const rows = () => [...region().querySelectorAll('#standings > li[id]')];
const top = (element) => element.getBoundingClientRect().top;
const rank = (row) => row.querySelector('.standing__rank')?.textContent.match(/\d+/)[0];

let pause = EVERY;
let rest = 0; // not before this time

function look() {
  if (document.hidden || !navigator.onLine || performance.now() < rest) return;
  region()?.dispatchEvent(new CustomEvent('ranker:look'));
}

function slower({ detail: { ctx } }) {
  if (!isLive(ctx)) return;
  pause = Math.min(2 * pause, SLOWEST);
  rest = performance.now() + pause - EVERY / 2;
}

setInterval(look, EVERY);
document.addEventListener('visibilitychange', look);
document.addEventListener('htmx:error', slower);
document.addEventListener('htmx:response:error', slower);
document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (isLive(ctx) && ctx.response.status < 400) pause = EVERY;
});

// ---- In place

document.addEventListener('htmx:before:swap', (event) => {
  const { ctx } = event.detail;
  if (!isLive(ctx)) return;
  // The reader has gone on, or back, since this was asked: it is an answer for somebody who stands elsewhere.
  if (ctx.request.action !== ctx.sourceElement.getAttribute('hx-get')) return event.preventDefault();
  if (ctx.response.status === 200) ctx.before = seen();
});

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (!ctx?.before) return;
  const { tops, ranks, focused } = ctx.before;
  scrollBy({ top: shift(tops), behavior: 'instant' });
  if (document.activeElement === document.body) focused?.focus({ preventScroll: true });
  for (const row of rows()) row.classList.toggle('standing--moved', ranks.has(row.id) && ranks.get(row.id) !== rank(row));
});

// What there is before it changes: every row's rank, and where those things are that should stay.
function seen() {
  const focused = region().contains(document.activeElement) ? document.activeElement : null;
  const ranks = new Map(rows().map((row) => [row.id, rank(row)]));
  return { ranks, focused, tops: new Map(anchors(focused).map((element) => [element, top(element)])) };
}

// The row that has the focus; else, once the top of the ranking is scrolled away, the rows on screen.
function anchors(focused) {
  const row = focused?.closest('li');
  if (row) return [row];
  const edge = document.getElementById('rail').getBoundingClientRect().bottom;
  if (top(region()) >= edge) return [];
  const shown = rows().filter((one) => !one.hidden && one.getBoundingClientRect().bottom > edge && top(one) < innerHeight);
  return shown.length ? shown : [document.getElementById('standings')];
}

// By how much most of them were moved: a row that changes places does not take the others along.
function shift(tops) {
  const moved = [...tops].filter(([element]) => element.isConnected).map(([element, before]) => top(element) - before);
  return moved.sort((one, other) => one - other)[moved.length >> 1] ?? 0;
}
