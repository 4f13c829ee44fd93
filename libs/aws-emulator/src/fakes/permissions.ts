import { xmlAnswer } from '../wire/answers.js';
import { listParam, type Answer, type Call } from '../wire/call.js';
import type { World } from '../world.js';
import type { Operations } from './operation.js';

/** Permission simulation, which moto lacks (SOURCES.md, S37). Everything is allowed unless a fault denies it. */
export const PERMISSIONS: Operations = {
  SimulatePrincipalPolicy: simulate,
  SimulateCustomPolicy: simulate,
};

function simulate(call: Call, world: World): Answer {
  const resources = listParam(call, 'ResourceArns');
  const results = listParam(call, 'ActionNames').map((action) => ({
    EvalActionName: action,
    EvalResourceName: resources[0] ?? '*',
    EvalDecision: world.isDenied(action) ? 'implicitDeny' : 'allowed',
  }));
  return xmlAnswer(call, { EvaluationResults: { member: results }, IsTruncated: false });
}
