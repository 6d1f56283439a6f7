// Loaded with `--import` into every process that scripts start: when the parent is gone, however it went, this one ends
// too. The pipe to the parent is the only sign that also works after a SIGKILL and on Windows.
const graceMs = 3000;
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), graceMs).unref();
});
process.channel?.unref();
