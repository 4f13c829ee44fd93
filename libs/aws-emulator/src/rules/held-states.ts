import { treeAnswer, treeOf } from '../wire/answers.js';
import { filtersOf, type Answer, type Call } from '../wire/call.js';
import { child, removeElements, setText, textAt, withMembers, type XmlElement } from '../wire/xml.js';
import type { Pace } from '../pace.js';
import type { Rule, World } from '../world.js';

/** A transitional state that lasts for some polls. */
interface HeldState {
  readonly thing: string;
  readonly source: string;
  /** The call that begins the state. */
  readonly begins: string;
  /** The poll that advances the state. */
  readonly seenBy: string;
  /** Members that identify its XML element; the first is the id. */
  readonly members: readonly string[];
  readonly steps: keyof Pace;
  readonly state: string;
  /** Writes a state into the element. */
  readonly write: (element: XmlElement, state: string) => void;
  /** The filter of the poll that selects states. */
  readonly filter?: string;
}

const INSTANCE_CODES: Readonly<Record<string, string>> = { pending: '0', 'shutting-down': '32' };

function writeInstanceState(element: XmlElement, state: string): void {
  for (const name of ['instanceState', 'currentState']) {
    const found = child(element, name);
    if (found === undefined) continue;
    setText(found, 'code', INSTANCE_CODES[state] ?? '0');
    setText(found, 'name', state);
  }
}

const INSTANCE = {
  thing: 'instance',
  source: 'S10',
  seenBy: 'ec2:DescribeInstances',
  members: ['instanceId', 'instanceState'],
  write: writeInstanceState,
  filter: 'instance-state-name',
} as const;

/** States that take time on AWS but not in moto. */
const HELD_STATES: readonly HeldState[] = [
  { ...INSTANCE, begins: 'ec2:RunInstances', steps: 'instanceStarting', state: 'pending' },
  { ...INSTANCE, begins: 'ec2:TerminateInstances', steps: 'instanceStopping', state: 'shutting-down' },
  {
    thing: 'volume',
    source: 'S11',
    begins: 'ec2:CreateVolume',
    seenBy: 'ec2:DescribeVolumes',
    members: ['volumeId', 'status', 'size'],
    steps: 'volumeCreating',
    state: 'creating',
    write: (element, state) => setText(element, 'status', state),
  },
  {
    thing: 'load balancer',
    source: 'S30',
    begins: 'elasticloadbalancing:CreateLoadBalancer',
    seenBy: 'elasticloadbalancing:DescribeLoadBalancers',
    members: ['LoadBalancerArn', 'State'],
    steps: 'loadBalancerProvisioning',
    state: 'provisioning',
    write: (element, state) => {
      const found = child(element, 'State');
      if (found) setText(found, 'Code', state);
    },
  },
];

function counter(world: World, call: Call, held: HeldState) {
  return world.countdown(call, `${held.thing} ${held.state}`);
}

/** True for an object that is in a transitional state now. Does not count as a poll. */
export function isHeld(world: World, call: Call, state: string, id: string): boolean {
  return HELD_STATES.some((held) => held.state === state && counter(world, call, held).isRunning(id));
}

/** Begins the state for the objects in the answer. An object that is ending is no longer starting. */
function begin(held: HeldState, call: Call, answer: Answer, world: World): Answer {
  const tree = treeOf(answer);
  if (!tree) return answer;
  const idMember = held.members[0] ?? '';
  for (const element of withMembers(tree, [idMember])) {
    const id = textAt(element, idMember);
    for (const other of HELD_STATES) {
      if (other.thing === held.thing) counter(world, call, other).start(id, 0);
    }
    counter(world, call, held).start(id, world.pace[held.steps]);
    if (world.pace[held.steps] > 0) held.write(element, held.state);
  }
  return treeAnswer(tree);
}

/** The states in the filter of a call. */
const statesAsked = new WeakMap<Call, string[]>();

/** moto would filter by its own states. So the filter is removed from the call and applied to the states shown. */
function widenFilter(held: HeldState, call: Call): void {
  const wanted = held.filter === undefined ? undefined : filtersOf(call).get(held.filter);
  if (wanted === undefined) return;
  const number = Object.entries(call.params)
    .find(([, value]) => value === held.filter)?.[0]
    .split('.')[1];
  for (const key of Object.keys(call.params)) {
    if (key.startsWith(`Filter.${number}.Value`)) delete call.params[key];
  }
  const all = ['pending', 'running', 'shutting-down', 'terminated', 'stopping', 'stopped'];
  all.forEach((state, at) => (call.params[`Filter.${number}.Value.${at + 1}`] = state));
  statesAsked.set(call, wanted);
}

function poll(thing: string, call: Call, answer: Answer, world: World): Answer {
  const tree = treeOf(answer);
  const states = HELD_STATES.filter((held) => held.thing === thing);
  if (!tree || states[0] === undefined) return answer;
  for (const held of states) {
    for (const element of withMembers(tree, held.members)) {
      const id = textAt(element, held.members[0] ?? '');
      if (counter(world, call, held).poll(id)) held.write(element, held.state);
    }
  }
  const wanted = statesAsked.get(call);
  if (wanted) {
    const unwanted = withMembers(tree, INSTANCE.members).filter(
      (element) => !wanted.includes(textAt(element, 'instanceState', 'name')),
    );
    removeElements(tree, new Set(unwanted));
    const empty = withMembers(tree, ['reservationId', 'instancesSet']).filter(
      (reservation) => child(reservation, 'instancesSet')?.children.length === 0,
    );
    removeElements(tree, new Set(empty));
  }
  return treeAnswer(tree);
}

const things = [...new Map(HELD_STATES.map((held) => [held.thing, held])).values()];

export const HELD_STATE_RULES: readonly Rule[] = [
  ...HELD_STATES.map((held): Rule => ({
    name: `${held.thing}: ${held.state}`,
    source: held.source,
    on: [held.begins],
    after: (call, answer, world) => begin(held, call, answer, world),
  })),
  ...things.map((held): Rule => ({
    name: `${held.thing}: states advance with each poll`,
    source: held.source,
    on: [held.seenBy],
    before: (call) => {
      widenFilter(held, call);
      return undefined;
    },
    after: (call, answer, world) => poll(held.thing, call, answer, world),
  })),
];
