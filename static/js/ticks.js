// One tick for all rows of a form (data-ticks): it ticks each, and shows whether all, some or none are ticked. The styles count them.
function settle(form) {
  const all = form.querySelector('[data-tick-all]');
  const ones = [...form.querySelectorAll('tbody input[type="checkbox"]')];
  const ticked = ones.filter(one => one.checked).length;
  all.checked = ticked > 0 && ticked === ones.length;
  all.indeterminate = ticked > 0 && ticked < ones.length;
}

document.addEventListener('change', ({ target }) => {
  const form = target.closest('[data-ticks]');
  if (!form || target.type !== 'checkbox') return;
  if (target.matches('[data-tick-all]')) for (const one of form.querySelectorAll('tbody input[type="checkbox"]')) one.checked = target.checked;
  settle(form);
});
addEventListener('pageshow', () => document.querySelectorAll('[data-ticks]').forEach(settle));
