/**
 * Makes every way to read the time in this thread (`Date.now()`, `new Date()`, `Date()`) see real time plus the
 * offset in `shared`. It stays the one Date: `instanceof`, its name and dates made by Node itself work as before.
 */
export function shiftDate(shared: SharedArrayBuffer): void {
  const cell = new BigInt64Array(shared);
  const RealDate = Date;
  const realNow = RealDate.now.bind(RealDate);
  const now = (): number => realNow() + Number(Atomics.load(cell, 0));
  RealDate.now = now;
  const shifted = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    apply: () => new RealDate(now()).toString(),
  });
  Object.defineProperty(RealDate.prototype, 'constructor', { value: shifted, writable: true, configurable: true });
  globalThis.Date = shifted;
}
