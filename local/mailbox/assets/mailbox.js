// Keeps the list up to date while the page is in view, and asks before all mails go.
const pollMs = 2_000;
const status = document.querySelector('#status');

for (const form of document.querySelectorAll('form[data-confirm]')) {
  form.addEventListener('submit', (event) => {
    if (!confirm(form.dataset.confirm)) event.preventDefault();
  });
}

if (status) setInterval(() => void update(), pollMs);

async function update() {
  if (document.hidden) return;
  try {
    const { revision } = await (await fetch('/revision')).json();
    if (revision === document.body.dataset.revision) return;
    const next = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html');
    show(next);
  } catch {
    status.textContent = 'The platform does not answer.';
    document.body.dataset.revision = '';
  }
}

function show(next) {
  const focused = document.activeElement?.getAttribute('href');
  document.querySelector('#mails').replaceChildren(...next.querySelector('#mails').childNodes);
  document.querySelector('#delete button').disabled = next.querySelector('#delete button').disabled;
  document.title = next.title;
  status.textContent = next.querySelector('#status').textContent;
  document.body.dataset.revision = next.body.dataset.revision;
  // The mail that had the focus is another element now.
  if (focused) document.querySelector(`#mails a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}
