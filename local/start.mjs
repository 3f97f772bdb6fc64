// Plain JavaScript, so that an older Node can say what is missing instead of failing on the first type.
const needed = 24;
const major = Number(process.versions.node.split('.')[0]);
if (major < needed) {
  console.error(
    `Gatewarden needs Node ${needed}, this is ${process.version} (${process.execPath}).\n` +
      'npm ci installs one for this project; start with "npm start", which uses it.',
  );
  process.exit(1);
}
await import('./main.ts');
