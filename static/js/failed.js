// Says when a change of the list was not saved, and makes the same change again at a press.
const ANSWERED = [409, 422];
const REASONS = { 400: 'outdated', 404: 'outdated', 429: 'quick' }; // every other status is trouble of ours

const note = () => document.getElementById('not-saved');
const saves = (ctx) => ctx?.sourceElement?.matches?.('[data-save]') && note();

document.addEventListener('htmx:error', ({ detail: { ctx } }) => {
  if (saves(ctx)) tell('unreached', ctx);
});

document.addEventListener('htmx:before:swap', (event) => {
  const { ctx } = event.detail;
  if (!saves(ctx) || ctx.response.raw.ok || ANSWERED.includes(ctx.response.status)) return;
  event.preventDefault();
  tell(REASONS[ctx.response.status] ?? 'trouble', ctx);
});

function tell(why, ctx) {
  // The press that makes one change again can make the last of several only.
  note().querySelector('[data-several]').hidden = note().hidden || ctx.request.submitter?.matches('[data-retry]');
  for (const words of note().querySelectorAll('[data-when]')) words.hidden = words.dataset.when !== why;
  const retry = note().querySelector('[data-retry]');
  retry.hidden = why === 'outdated';
  document.getElementById('load-again').hidden = !retry.hidden;
  note().hidden = false;
  note().dataset.since = performance.now();
  rememberIn(retry, ctx.request);
  document.dispatchEvent(new CustomEvent('ranker:not-saved'));
}

// A press is pressed again; a drag becomes the move it was.
function rememberIn(retry, { body, submitter }, pressed = submitter) {
  if (pressed === retry) return;
  const token = body.get('dragged');
  const place = body.getAll('entry').indexOf(token) + 1;
  retry.value = token ? `${place ? 'place' : 'remove'}:${token}` : '';
  retry.dataset.place = place;
  retry.dataset.press = token ? '' : pressed?.id ?? '';
}

document.addEventListener('click', (event) => {
  const retry = event.target.closest('[data-retry]');
  if (!retry?.dataset.press) return;
  event.preventDefault();
  document.getElementById(retry.dataset.press)?.click();
});

document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  const { submitter, body } = ctx.request;
  if (!submitter?.matches('[data-retry]')) return;
  body.set(`place-${submitter.value.split(':')[1]}`, submitter.dataset.place);
});

// A change that was on its way already when this one failed does not take the message away.
document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (note() && ctx?.sourceEvent?.timeStamp > Number(note().dataset.since)) note().hidden = true;
});
