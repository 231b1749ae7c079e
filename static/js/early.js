// What was typed or chosen while the page was still loading, when nothing listened yet, is said again as soon as something does.
function changed({ type, checked, defaultChecked, value, defaultValue, options }) {
  if (type === 'radio') return checked && !defaultChecked;
  if (!options) return value !== defaultValue;
  const all = [...options];
  return value !== (all.find((one) => one.defaultSelected) ?? all[0]).value;
}

function say() {
  for (const field of document.querySelectorAll('[hx-trigger], [hx-trigger] :is(input, select)')) {
    if (!field.matches('input, select') || !changed(field)) continue;
    for (const event of ['input', 'change']) field.dispatchEvent(new Event(event, { bubbles: true }));
  }
}

// Which of the two is ready first is a matter of what arrived first.
if (document.querySelector('[data-htmx-powered]')) say();
else document.addEventListener('htmx:after:process', say, { once: true });
