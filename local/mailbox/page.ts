import { escapeHtml } from './escapeHtml.ts';

/** A whole page of the mailbox. `header` and `main` are HTML, `title` is text. */
export function page({ title, header, main, revision }: { title: string; header: string; main: string; revision: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} – Gatewarden, local</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/mailbox.css">
<script src="/mailbox.js" defer></script>
</head>
<body data-revision="${escapeHtml(revision)}">
<a class="skip" href="#main">Skip to content</a>
<header>
${header}
</header>
<main id="main" tabindex="-1">
${main}
</main>
</body>
</html>
`;
}

const format = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'UTC' });

/** When a mail arrived, by the platform's clock. */
export const timeElement = (at: string): string => `<time datetime="${escapeHtml(at)}">${escapeHtml(format.format(new Date(at)))} UTC</time>`;
