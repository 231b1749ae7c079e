// Where browsers know passkeys, the forms for them show themselves (data-passkey). One that comes with what to ask for (data-options)
// has the browser ask at once, and takes its answer along.
const works = 'parseRequestOptionsFromJSON' in (window.PublicKeyCredential ?? {});

const ask = {
  get: (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
  create: (options) => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
};

async function begin(form) {
  const options = JSON.parse(form.dataset.options);
  delete form.dataset.options;
  try {
    form.elements.credential.value = JSON.stringify(await ask[form.dataset.passkey](options));
    form.submit();
  } catch {
    for (const part of form.querySelectorAll('[data-waiting], [data-failed]')) part.hidden = !part.hidden;
    form.querySelector('button').focus();
  }
}

function settle() {
  for (const form of document.querySelectorAll('[data-passkey]')) {
    form.hidden = !works;
    if (works && form.dataset.options) begin(form);
  }
}

document.addEventListener('htmx:after:swap', settle);
settle();
