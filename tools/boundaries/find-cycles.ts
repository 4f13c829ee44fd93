/**
 * Returns one cycle for each group of nodes that reach each other (Tarjan's strongly connected components). A cycle is a
 * list of nodes; the first node is not repeated at the end.
 */
export function findCycles<T>(nodes: Iterable<T>, edges: (node: T) => Iterable<T>): T[][] {
  return groups(nodes, edges).flatMap((group) => {
    const start = group.at(-1);
    if (start === undefined) return [];
    const cycle = shortestCycle(start, new Set(group), edges);
    return cycle === undefined ? [] : [cycle];
  });
}

function groups<T>(nodes: Iterable<T>, edges: (node: T) => Iterable<T>): T[][] {
  const found: T[][] = [];
  const order = new Map<T, number>();
  const stack: T[] = [];
  const open = new Set<T>();

  function visit(node: T): number {
    const index = order.size;
    let lowest = index;
    order.set(node, index);
    stack.push(node);
    open.add(node);
    for (const next of edges(node)) {
      if (!order.has(next)) lowest = Math.min(lowest, visit(next));
      else if (open.has(next)) lowest = Math.min(lowest, order.get(next) ?? lowest);
    }
    if (lowest === index) {
      const group = stack.splice(stack.indexOf(node)).toReversed();
      for (const member of group) open.delete(member);
      found.push(group);
    }
    return lowest;
  }

  for (const node of nodes) if (!order.has(node)) visit(node);
  return found;
}

/** Shortest path from `start` back to itself inside a group; undefined if no path exists (a single node). */
function shortestCycle<T>(start: T, group: ReadonlySet<T>, edges: (node: T) => Iterable<T>): T[] | undefined {
  const paths = new Map<T, T[]>([[start, [start]]]);
  for (const [node, path] of paths) {
    for (const next of edges(node)) {
      if (next === start) return path;
      if (group.has(next) && !paths.has(next)) paths.set(next, [...path, next]);
    }
  }
  return undefined;
}
