// No page shows more than the viewer's newest progress permits: not after Back, and not in another tab.
const channel = 'BroadcastChannel' in window ? new BroadcastChannel('ranker-progress') : null;

const here = () => document.getElementById('content')?.dataset ?? {};

function tell() {
  const { series, position } = here();
  if (series) channel?.postMessage({ series, position });
}

function reloadUnseen() {
  document.getElementById('content').hidden = true;
  location.reload();
}

channel?.addEventListener('message', ({ data }) => {
  const { series, position } = here();
  if (series === data.series && position !== data.position) reloadUnseen();
});

window.addEventListener('pageshow', (event) => { if (event.persisted) reloadUnseen(); });
document.addEventListener('htmx:after:swap', tell);
tell();
