// A press on the rail or the lens whose answer takes a while shows that it was felt: what was pressed is busy, a line runs under the
// rail, and the episode one goes to is outlined. What answers at once shows nothing of it.
const SOON = 200; // ms
const waits = new WeakMap();

function marked({ sourceElement, request }) {
  const pressed = request.submitter ?? sourceElement;
  return { pressed, tick: pressed.name === 'position' && document.getElementById(`tick-${pressed.value}`) };
}

document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  if (!ctx.sourceElement.closest('.rail, .lens')) return;
  const { pressed, tick } = marked(ctx);
  waits.set(ctx, setTimeout(() => {
    pressed.setAttribute('aria-busy', 'true');
    if (tick) tick.classList.add('rail__tick--target');
  }, SOON));
});

function settle({ detail: { ctx } }) {
  if (!waits.has(ctx)) return;
  clearTimeout(waits.get(ctx));
  const { pressed, tick } = marked(ctx);
  pressed.removeAttribute('aria-busy');
  if (tick) tick.classList.remove('rail__tick--target');
}

// The first does not reach us from what the answer has taken off the page.
for (const event of ['htmx:finally:request', 'htmx:after:swap']) document.addEventListener(event, settle);
