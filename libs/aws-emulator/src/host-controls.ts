/** A command that Systems Manager runs on a host. */
export interface HostCommand {
  commandId: string;
  instanceId: string;
  /** e.g. `AWS-RunShellScript` */
  document: string;
  /** The lines of the script. */
  commands: readonly string[];
  parameters: Readonly<Record<string, readonly string[]>>;
}

export interface CommandResult {
  exitCode: number;
  stdout?: string;
  stderr?: string;
}

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'draining';

/** The behavior of hosts, health checks and limits in the emulated account. A test may set it at any time. */
export interface HostControls {
  /** Runs a command of Systems Manager; by default it succeeds without output. */
  runCommand: (command: HostCommand) => Promise<CommandResult> | CommandResult;
  /** Results of the load balancer's health checks, by instance. */
  targetState: (instanceId: string) => TargetState;
  /** A real Redis, shown as the endpoint of every cache; invented names by default. */
  cacheEndpoint: { address: string; port: number } | undefined;
  /** Quotas that differ from a new account's, by code, e.g. `{'L-0263D0A3': 0}`. */
  quotas: Readonly<Record<string, number>>;
  /** The output of GetConsoleOutput. */
  consoleOutput: string;
}

export function defaultHostControls(): HostControls {
  return {
    runCommand: () => ({ exitCode: 0 }),
    targetState: () => 'healthy',
    cacheEndpoint: undefined,
    quotas: {},
    consoleOutput: 'Linux version 6.12 (emulator)\ncloud-init: modules done\n',
  };
}
