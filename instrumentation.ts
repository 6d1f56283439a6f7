export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return;
  const { startFanari } = await import('@/server/index');
  startFanari();
}
