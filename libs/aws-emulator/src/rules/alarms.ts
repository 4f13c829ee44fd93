import { listParam, textParam } from '../wire/call.js';
import type { Rule } from '../world.js';

export const ALARM_RULES: readonly Rule[] = [
  {
    name: 'PutMetricAlarm: a new alarm has no data yet',
    source: 'S49',
    on: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'],
    after: async (call, answer, world) => {
      const known = world.keep(call, 'alarms', () => new Set<string>());
      const name = textParam(call, 'AlarmName');
      if (answer.status >= 300) return answer;
      for (const deleted of listParam(call, 'AlarmNames')) known.delete(deleted);
      if (name === undefined || known.has(name)) return answer;
      known.add(name);
      await world.moto.query(call, 'monitoring', 'SetAlarmState', {
        AlarmName: name,
        StateValue: 'INSUFFICIENT_DATA',
        StateReason: 'Unchecked: Initial alarm creation',
      });
      return answer;
    },
  },
];
