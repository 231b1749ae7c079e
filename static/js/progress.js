// No page shows more than the viewer's newest progress and view permit: not after Back, and not in another tab.
const channel = 'BroadcastChannel' in window ? new BroadcastChannel('ranker-progress') : null;

function here() {
  const { series, position } = document.getElementById('content')?.dataset ?? {};
  return { series, position, view: document.getElementById('rail')?.dataset.view };
}

function tell() {
  if (here().series) channel?.postMessage(here());
}

function reloadUnseen() {
  document.getElementById('content').hidden = true;
  location.reload();
}

// Progress is one series' own; the view is the same for all.
channel?.addEventListener('message', ({ data }) => {
  const { series, position, view } = here();
  const moved = series === data.series && position !== data.position;
  const turned = view && data.view && view !== data.view;
  if (moved || turned) reloadUnseen();
});

window.addEventListener('pageshow', (event) => { if (event.persisted) reloadUnseen(); });
document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  // Only what a reader did is news: a page that asks by itself may still be on its way to being loaded again.
  if (!ctx?.sourceElement.matches('[data-live]')) tell();
});
tell();
