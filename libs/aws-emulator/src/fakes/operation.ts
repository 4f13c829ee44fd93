import type { Answer, Call } from '../wire/call.js';
import type { World } from '../world.js';

/** A stand-in for an operation that moto lacks or checks too little. It refuses by throwing an AwsFault. */
export type Operation = (call: Call, world: World) => Answer | Promise<Answer>;

/** The stand-ins of a service, by operation. */
export type Operations = Readonly<Record<string, Operation>>;
