// Runs one of the TypeScript scripts beside it: node scripts/node24.mjs start [arguments]. In plain JavaScript, so
// that an older Node can at least say what is wrong.

const [name, ...scriptArguments] = process.argv.slice(2);
const major = Number(process.versions.node.split('.')[0]);

if (major >= 24) {
  process.argv.splice(2, process.argv.length, ...scriptArguments);
  await import(new URL(`./${name}.ts`, import.meta.url).href);
} else {
  console.error(
    `Hikyaku needs Node 24; this is Node ${process.versions.node}. "npm install" puts Node 24 into node_modules ` +
      `and npm's scripts use it. If npm has blocked that package's install script: npm rebuild node`,
  );
  process.exitCode = 1;
}
