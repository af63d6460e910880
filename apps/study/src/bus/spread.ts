/**
 * Places things on a line as near as can be to where each wants to be, in the order of their wishes, and at least `pitch` apart.
 * The places are those of `wishes`, index by index.
 */
export function spread(wishes: readonly number[], pitch: number): readonly number[] {
  const order = wishes.map((wish, index) => ({ wish, index })).toSorted((a, b) => a.wish - b.wish || a.index - b.index);
  // What would overlap moves together, around the middle of its wishes.
  const clusters: { readonly indices: readonly number[]; readonly middle: number }[] = [];
  for (const { wish, index } of order) {
    let cluster = { indices: [index] as readonly number[], middle: wish };
    for (let above = clusters.at(-1); above !== undefined; above = clusters.at(-1)) {
      const needed = ((above.indices.length + cluster.indices.length) * pitch) / 2;
      if (cluster.middle - above.middle >= needed) break;
      clusters.pop();
      const count = above.indices.length + cluster.indices.length;
      const middle = (above.middle * above.indices.length + cluster.middle * cluster.indices.length) / count;
      cluster = { indices: [...above.indices, ...cluster.indices], middle };
    }
    clusters.push(cluster);
  }
  const places = new Array<number>(wishes.length).fill(0);
  for (const { indices, middle } of clusters) {
    for (const [at, index] of indices.entries()) places[index] = middle + (at - (indices.length - 1) / 2) * pitch;
  }
  return places;
}
