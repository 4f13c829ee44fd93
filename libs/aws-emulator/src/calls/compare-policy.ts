import type { RecordedCall } from './ledger.js';

export interface PolicyStatement {
  Effect: string;
  Action: string | readonly string[];
  Resource?: string | readonly string[];
}

export interface PolicyDocument {
  Statement: readonly PolicyStatement[];
}

export interface PolicyComparison {
  /** Actions that were needed and that no statement allows, with the resource: `s3:PutObject on arn:…`. */
  missing: string[];
  /** Actions, as the policy writes them, that no call needed. */
  unused: string[];
}

/**
 * Compares the recorded calls with a policy, both ways. Conditions are not evaluated. A resource is compared only
 * where the request shows it (S3, Secrets Manager, Logs, Parameter Store, IAM).
 */
export function comparePolicy(policy: PolicyDocument, calls: readonly RecordedCall[]): PolicyComparison {
  const allowed = policy.Statement.filter(({ Effect }) => Effect === 'Allow').map((statement) => ({
    actions: listOf(statement.Action),
    resources: listOf(statement.Resource ?? '*'),
  }));
  const used = new Set<string>();
  const missing = new Set<string>();
  for (const { action, resource } of calls.flatMap(needsOf)) {
    const fitting = allowed.flatMap(({ actions, resources }) =>
      resource === '*' || resources.some((pattern) => matches(pattern, resource))
        ? actions.filter((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()))
        : [],
    );
    for (const pattern of fitting) used.add(pattern);
    if (fitting.length === 0) missing.add(resource === '*' ? action : `${action} on ${resource}`);
  }
  const written = new Set(allowed.flatMap(({ actions }) => actions));
  return {
    missing: [...missing].toSorted(),
    unused: [...written].filter((one) => !used.has(one)).toSorted(),
  };
}

function needsOf({ actions, resource, service }: RecordedCall): { action: string; resource: string }[] {
  // An additional action may apply to another resource, which the request does not show.
  return actions.map((action, at) => ({
    action,
    resource: at === 0 || action.startsWith(`${service}:Tag`) ? resource : '*',
  }));
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** As in IAM, `*` matches any text and `?` any character. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(text);
}
