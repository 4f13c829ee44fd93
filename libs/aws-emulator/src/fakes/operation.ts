import type { Answer, Call } from '../wire/call.js';
import type { World } from '../world.js';

/** A stand-in for an operation that moto lacks or answers too kindly. Refuses by throwing an AwsFault. */
export type Operation = (call: Call, world: World) => Answer | Promise<Answer>;

/** Stand-ins by the operation's name within one service. */
export type Operations = Readonly<Record<string, Operation>>;
