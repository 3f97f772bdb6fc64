/** The page that asks who signs in. There is no password: the issuer is on this machine, for whoever works on it. */
export function signInPage({ clientId, email, addresses, problem }: { clientId: string; email: string; addresses: readonly string[]; problem?: string }): string {
  const known = addresses.map((address) => `<option value="${escapeHtml(address)}">`).join('');
  const alert = problem === undefined ? '' : `<p role="alert">${escapeHtml(problem)}</p>`;
  return page(
    'Sign in',
    `<h1>Sign in</h1>
<p>This is the local stand-in for the user pool. Any address will do, and none is asked for a password.</p>
<form method="post">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" required autofocus autocomplete="email" maxlength="254" list="known" value="${escapeHtml(email)}">
<datalist id="known">${known}</datalist>
${alert}
<button type="submit">Sign in</button>
</form>
<p class="client">for the client <code>${escapeHtml(clientId)}</code></p>`,
  );
}

/** A page that says why nobody can sign in, and offers no way on. */
export function refusalPage(message: string): string {
  return page('Sign-in refused', `<h1>Sign-in refused</h1>\n<p role="alert">${escapeHtml(message)}</p>`);
}

/** A page for the end of a sign-out that names no address to go to. */
export function signedOutPage(): string {
  return page('Signed out', '<h1>Signed out</h1>\n<p>You can close this page.</p>');
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Gatewarden, local</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 24rem; margin: 12vh auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
input, button { font: inherit; width: 100%; box-sizing: border-box; padding: .55rem .7rem; border-radius: .4rem; border: 1px solid #8a8f98; }
button { margin-top: .8rem; border-color: #1f5fd0; background: #1f5fd0; color: #fff; cursor: pointer; }
:focus-visible { outline: 3px solid #7aa7ff; outline-offset: 1px; }
[role=alert] { color: #b3261e; }
.client { color: #6b7078; font-size: .85rem; }
@media (prefers-color-scheme: dark) { [role=alert] { color: #ff8a80; } .client { color: #a3a8b0; } }
</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
