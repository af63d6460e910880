/** The values in another order, the same for the same seed (Fisher-Yates with a linear congruential generator). */
export function shuffled<T>(values: readonly T[], seed: number): readonly T[] {
  const mixed = [...values];
  let state = seed;
  for (let at = mixed.length - 1; at > 0; at--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (at + 1);
    [mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T]; // both within bounds
  }
  return mixed;
}
