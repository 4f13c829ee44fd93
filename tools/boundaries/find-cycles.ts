/**
 * Returns the cycles of a graph, one for each group of nodes that reach each other (Tarjan's strongly connected
 * components), as the nodes on the way round; the first node is not repeated at the end.
 */
export function findCycles<T>(nodes: Iterable<T>, edges: (node: T) => Iterable<T>): T[][] {
  return groups(nodes, edges).flatMap((group) => {
    const start = group.at(-1);
    if (start === undefined) return [];
    const way = wayBack(start, new Set(group), edges);
    return way === undefined ? [] : [way];
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

/** Shortest way from `start` back to itself inside a group; undefined where there is none (a single node). */
function wayBack<T>(start: T, group: ReadonlySet<T>, edges: (node: T) => Iterable<T>): T[] | undefined {
  const ways = new Map<T, T[]>([[start, [start]]]);
  for (const [node, way] of ways) {
    for (const next of edges(node)) {
      if (next === start) return way;
      if (group.has(next) && !ways.has(next)) ways.set(next, [...way, next]);
    }
  }
  return undefined;
}
